import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { CarebedFailure } from '../domain/failure.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 takes any free port; `start` tells which. */
  readonly port: number;
}
export interface ListenerOptions {
  readonly mqtt?: ListenAddress;
  readonly mqtts?: ListenAddress & { readonly key: string | Buffer; readonly cert: string | Buffer };
  readonly ws?: ListenAddress;
}
export type ListenerName = keyof ListenerOptions;
export type BoundAddresses = { [Name in ListenerName]?: AddressInfo };

/** Thousands of devices come at once after a power cut; the kernel caps this at its own `somaxconn`. */
const backlog = 4_096;
/** TCP probes an idle peer after this long, so that one that vanished is found although it owes no packet. */
const tcpProbeAfterMs = 60_000;
/** How often Node looks for HTTP requests that take too long to arrive. */
const checkEveryMs = 1_000;
const tcp = { noDelay: true, keepAlive: true, keepAliveInitialDelay: tcpProbeAfterMs } as const;

const listen = (server: Server, name: ListenerName, { host, port }: ListenAddress): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'something else is listening there' : (cause.code ?? 'unknown');
      reject(new CarebedFailure('broker-cannot-listen', `listener ${name} cannot bind ${host}:${port}: ${why}`, { cause }));
    });
    server.listen({ host, port, backlog }, () => {
      const address = server.address();
      if (address === null || typeof address === 'string')
        reject(new CarebedFailure('broker-cannot-listen', `listener ${name} has no address`));
      else resolve(address);
    });
  });

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/**
 * The three ways in: MQTT over TCP, over TLS, and over WebSocket (subprotocol `mqtt`, binary frames only). `admit` is asked with the
 * peer's address as soon as a connection is accepted, before TLS or HTTP cost anything; `connected` gets the stream of MQTT bytes.
 */
export const createListeners = (options: {
  readonly listeners: ListenerOptions;
  readonly handshakeTimeoutMs: number;
  readonly maxFrameBytes: number;
  readonly admit: (socket: Socket) => boolean;
  readonly connected: (stream: Duplex) => void;
  readonly failed: () => void;
}) => {
  const { listeners, handshakeTimeoutMs } = options;
  const servers: Server[] = [];
  let closing: Promise<unknown> | undefined;
  const raw = new Set<Socket>();
  let webSockets: WebSocketServer | undefined;

  const watch = (server: Server): void => {
    server.on('connection', (socket: Socket) => {
      // A reset may come before anybody else listens; unheard it would end the process.
      socket.on('error', () => socket.destroy());
      if (!options.admit(socket)) {
        socket.destroy();
        return;
      }
      raw.add(socket);
      socket.once('close', () => raw.delete(socket));
    });
  };

  const webSocketServer = (): HttpServer => {
    const sockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: options.maxFrameBytes,
      handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
    });
    webSockets = sockets;
    const server = createHttpServer({ ...tcp, connectionsCheckingInterval: checkEveryMs }, (_request, response) => {
      response.writeHead(426, { upgrade: 'websocket', connection: 'close' }).end('MQTT over WebSocket, subprotocol mqtt\n');
    });
    server.headersTimeout = handshakeTimeoutMs;
    server.requestTimeout = handshakeTimeoutMs;
    server.keepAliveTimeout = 1;
    server.on('upgrade', (request, socket, head) => {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
      if (!offered.includes('mqtt')) {
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
        return;
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('error', () => webSocket.terminate());
        webSocket.on('message', (_data, binary) => {
          // MQTT-6.0.0-1: a frame that is not binary closes the connection.
          if (!binary) webSocket.terminate();
        });
        options.connected(createWebSocketStream(webSocket));
      });
    });
    return server;
  };

  return {
    async start(): Promise<BoundAddresses> {
      const bound: BoundAddresses = {};
      const open = async (name: ListenerName, server: Server, address: ListenAddress): Promise<void> => {
        servers.push(server);
        bound[name] = await listen(server, name, address);
        server.removeAllListeners('error');
        server.on('error', options.failed);
      };
      if (listeners.mqtt !== undefined) {
        const server = createTcpServer(tcp);
        watch(server);
        server.on('connection', (socket: Socket) => {
          if (!socket.destroyed) options.connected(socket);
        });
        await open('mqtt', server, listeners.mqtt);
      }
      if (listeners.mqtts !== undefined) {
        const { key, cert } = listeners.mqtts;
        const server = createTlsServer({ ...tcp, key, cert, minVersion: 'TLSv1.2', handshakeTimeout: handshakeTimeoutMs });
        watch(server);
        server.on('tlsClientError', (_error, socket) => socket.destroy());
        server.on('secureConnection', (socket) => options.connected(socket));
        await open('mqtts', server, listeners.mqtts);
      }
      if (listeners.ws !== undefined) {
        const server = webSocketServer();
        watch(server);
        await open('ws', server, listeners.ws);
      }
      return bound;
    },

    /** No new connections from here on. Those that stand are left to their owner. */
    stopListening(): void {
      closing ??= Promise.all(servers.filter((server) => server.listening).map(close));
    },

    /** Ends whatever is left, handshakes in flight too. */
    async stop(): Promise<void> {
      this.stopListening();
      webSockets?.close();
      for (const socket of raw) socket.destroy();
      await closing;
    },
  };
};
