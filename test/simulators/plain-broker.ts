import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Aedes } from 'aedes';

export interface Received {
  readonly client: string;
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retain: boolean;
}

/** A real MQTT server with nothing of the gateway in it: it takes what the street says, as far as it is told to. */
export interface PlainBroker {
  readonly url: string;
  readonly received: readonly Received[];
  /** Resolves at the first message, received already or yet to come, for which `wanted` is true. */
  seen(wanted: (message: Received) => boolean): Promise<Received>;
  /** While true no PUBACK leaves. */
  withhold: boolean;
  /** Client ids that are refused at sign-in. */
  readonly banned: Set<string>;
  dropAll(): void;
  close(): Promise<void>;
}

export const startPlainBroker = async (port = 0): Promise<PlainBroker> => {
  const aedes = await Aedes.createBroker();
  const received: Received[] = [];
  const waiting = new Set<(message: Received) => void>();
  const banned = new Set<string>();
  const sockets = new Set<{ destroy(): void }>();
  const broker = { withhold: false };
  aedes.authenticate = (client, _username, _password, callback) => callback(null, !banned.has(client.id));
  aedes.authorizePublish = (client, packet, callback) => {
    const message = {
      client: client?.id ?? '',
      topic: packet.topic,
      payload: packet.payload.toString(),
      qos: packet.qos,
      retain: packet.retain,
    };
    received.push(message);
    for (const tell of waiting) tell(message);
    if (!broker.withhold) callback(null);
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return Object.assign(broker, {
    url: `mqtt://127.0.0.1:${address.port}`,
    received,
    banned,
    seen: (wanted: (message: Received) => boolean): Promise<Received> => {
      const known = received.find(wanted);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve) => {
        const tell = (message: Received): void => {
          if (!wanted(message)) return;
          waiting.delete(tell);
          resolve(message);
        };
        waiting.add(tell);
      });
    },
    dropAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  });
};
