import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTo, type IClientOptions, type MqttClient } from 'mqtt';
import { type Broker, type BrokerOptions, createBroker } from '../../broker/broker.ts';
import type { BrokerCounterName } from '../../broker/counters.ts';
import type { Credential, InboundMessage } from '../../broker/inbound.ts';
import type { BoundAddresses } from '../../broker/listeners.ts';
import { type DeviceId, deviceIdSchema, deviceModelIdSchema } from '../../domain/ids.ts';
import { systemClock } from '../../domain/instant.ts';

export const id = (text: string): DeviceId => deviceIdSchema.parse(text);
export const secretOf = (device: string): string => `${device}-Qx7_kf93hs82Lm4TzV0p`;

export type Publish = Extract<InboundMessage, { type: 'publish' }>;
export type Connection = Extract<InboundMessage, { type: 'connection' }>;
export interface Taken {
  readonly message: InboundMessage;
  readonly done: () => void;
}

/** A broker with a few devices and a notebook for what it hands over. What it hands over is committed at once, unless `holding`. */
export interface House {
  readonly broker: Broker;
  readonly addresses: BoundAddresses;
  readonly taken: Taken[];
  readonly counts: Map<BrokerCounterName, number>;
  /** Keep the commits back: whoever tests calls `done`. */
  holding: boolean;
  count(name: BrokerCounterName): number;
  publishes(): Publish[];
  connections(): Connection[];
  payloads(): string[];
  /** Resolves once `what` holds; asked again after everything the broker reports, and now and then. */
  until(what: () => boolean): Promise<void>;
  device(name: string, options?: IClientOptions, over?: 'mqtt' | 'ws'): Promise<MqttClient>;
  /** The same, before it has connected. */
  unconnected(name: string, options?: IClientOptions, over?: 'mqtt' | 'ws'): MqttClient;
  raw(): Promise<Socket>;
  [Symbol.asyncDispose](): Promise<void>;
}

export const openHouse = async (options: Partial<BrokerOptions> = {}): Promise<House> => {
  const taken: Taken[] = [];
  const counts = new Map<BrokerCounterName, number>();
  const waiting = new Set<() => void>();
  const clients: MqttClient[] = [];
  const sockets: Socket[] = [];
  const stir = (): void => {
    for (const look of waiting) look();
  };
  const credential = (device: DeviceId): Credential | undefined =>
    /^(?:dev|hub|off)\d*$/.test(device)
      ? {
          secretHash: createHash('sha256').update(secretOf(device)).digest(),
          model: deviceModelIdSchema.parse(device.startsWith('hub') ? 'carebed-hub' : 'carebed-button'),
          enabled: !device.startsWith('off'),
        }
      : undefined;
  const broker = createBroker({
    listeners: { mqtt: { host: '127.0.0.1', port: 0 } },
    findCredential: credential,
    clock: systemClock,
    counters: {
      count: (name, by = 1) => {
        counts.set(name, (counts.get(name) ?? 0) + by);
        queueMicrotask(stir);
      },
    },
    accept: (message, done) => {
      taken.push({ message, done });
      if (!house.holding) done();
      queueMicrotask(stir);
    },
    ...options,
  });
  const addresses = await broker.start();
  const port = (name: 'mqtt' | 'mqtts' | 'ws'): number => addresses[name]?.port ?? 0;
  const house: House = {
    broker,
    addresses,
    taken,
    counts,
    holding: false,
    count: (name) => counts.get(name) ?? 0,
    publishes: () => taken.map((t) => t.message).filter((m) => m.type === 'publish'),
    connections: () => taken.map((t) => t.message).filter((m) => m.type === 'connection'),
    payloads: () => house.publishes().map((m) => Buffer.from(m.payload).toString()),
    until: (what) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!what()) return;
          waiting.delete(look);
          clearInterval(again);
          resolve();
        };
        // The end of a connection that never signed in is reported to nobody.
        const again = setInterval(look, 10);
        waiting.add(look);
        look();
      }),
    unconnected: (name, more = {}, over = 'mqtt') => {
      const url = over === 'ws' ? `ws://127.0.0.1:${port('ws')}/mqtt` : `mqtt://127.0.0.1:${port('mqtt')}`;
      const client = connectTo(url, { username: name, password: secretOf(name), clientId: name, reconnectPeriod: 0, ...more });
      client.on('error', () => {});
      clients.push(client);
      return client;
    },
    device: async (name, more, over) => {
      const client = house.unconnected(name, more, over);
      await connectedOnce(client);
      return client;
    },
    raw: async () => {
      const socket = connect(port('mqtt'), '127.0.0.1');
      sockets.push(socket);
      socket.on('error', () => {});
      await once(socket, 'connect');
      return socket;
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.end(true);
      for (const socket of sockets) socket.destroy();
      for (const { done } of taken) done();
      await broker.stop();
    },
  };
  return house;
};

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
};

/** A fixed header with the remaining length of MQTT 2.2.3. */
export const header = (first: number, length: number): Buffer => {
  const bytes = [first];
  let rest = length;
  do {
    const more = rest >> 7;
    bytes.push((rest & 0x7f) | (more > 0 ? 0x80 : 0));
    rest = more;
  } while (rest > 0);
  return Buffer.from(bytes);
};

const packet = (first: number, body: Buffer): Buffer => Buffer.concat([header(first, body.length), body]);

/** The bytes of a CONNECT, right unless told otherwise. */
export const connectBytes = (o: {
  device: string;
  secret?: string;
  clientId?: string;
  clean?: boolean;
  keepAlive?: number;
  version?: number;
  protocol?: string;
  trailing?: string;
}): Buffer =>
  packet(
    0x10,
    Buffer.concat([
      text(o.protocol ?? 'MQTT'),
      Buffer.of(o.version ?? 4, 0xc0 | (o.clean === false ? 0 : 2), (o.keepAlive ?? 0) >> 8, (o.keepAlive ?? 0) & 0xff),
      text(o.clientId ?? o.device),
      text(o.device),
      text(o.secret ?? secretOf(o.device)),
      Buffer.from(o.trailing ?? ''),
    ]),
  );

/** The bytes of a PUBLISH; with a message id it is QoS 1. */
export const publishBytes = (topic: string, payload: string, messageId?: number): Buffer =>
  packet(
    messageId === undefined ? 0x30 : 0x32,
    Buffer.concat([text(topic), messageId === undefined ? Buffer.of() : Buffer.of(messageId >> 8, messageId & 0xff), Buffer.from(payload)]),
  );

/** The next bytes that a socket gets. */
export const nextBytes = (socket: Socket): Promise<Buffer> => new Promise((resolve) => socket.once('data', resolve));

/** The end of a client's connection. */
export const closed = (client: MqttClient): Promise<void> => new Promise((resolve) => client.once('close', () => resolve()));

/** The next command that a client hears. */
export const nextMessage = (client: MqttClient): Promise<[topic: string, text: string]> =>
  new Promise((resolve) => client.once('message', (topic, payload) => resolve([topic, payload.toString()])));

export const connectedOnce = (client: MqttClient): Promise<void> => new Promise((resolve) => client.once('connect', () => resolve()));
