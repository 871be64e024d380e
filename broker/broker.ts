import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import { CarebedFailure } from '../domain/failure.ts';
import type { DeviceId, DeviceModelId } from '../domain/ids.ts';
import type { Clock } from '../domain/instant.ts';
import { checkConnect, type ConnectFault } from './connect-check.ts';
import type { BrokerCounterName, BrokerCounters } from './counters.ts';
import { createDeviceCommands, type CommandResult } from './device-commands.ts';
import type { Accept, FindCredential } from './inbound.ts';
import { type BrokerLimitsInput, brokerLimitsSchema } from './limits.ts';
import { Link } from './link.ts';
import { type BoundAddresses, createListeners, type ListenerOptions } from './listeners.ts';
import { Pace } from './pace.ts';
import { guardReading } from './reading-guard.ts';
import { createSessionStore } from './session-store.ts';
import { createDeviceSignIn, type SignIn } from './sign-in.ts';
import { createDeviceTopicAccess, type TopicAccess } from './topic-access.ts';
import { UnroutedAedes } from './unrouted-aedes.ts';
import { createWatchdog } from './watchdog.ts';

export interface BrokerOptions {
  readonly listeners: ListenerOptions;
  readonly findCredential: FindCredential;
  readonly accept: Accept;
  readonly clock: Clock;
  readonly counters: BrokerCounters;
  readonly limits?: BrokerLimitsInput;
  /** The command filters of a model, below the device's own prefix. Default: `command/#` for every model. */
  readonly commandsOf?: (model: DeviceModelId) => readonly string[];
  /** Stands in for the sign-in by device id and secret. For tests of the protocol alone. */
  readonly signIn?: SignIn;
  /** Stands in for the rule "below one's own prefix". For tests of the protocol alone. */
  readonly topicAccess?: TopicAccess;
  /** True makes it a general MQTT broker that routes messages between clients and keeps retained ones. For tests of the protocol alone. */
  readonly routeBetweenClients?: boolean;
}

export interface BrokerStats {
  /** Open connections, signed in or not. */
  readonly connections: number;
  readonly signedIn: number;
  /** Handed over and not yet committed. */
  readonly inFlight: number;
}

export interface Broker {
  /** Listens. @throws CarebedFailure `broker-cannot-listen`, with nothing left open. */
  start(): Promise<BoundAddresses>;
  /** Takes no new message, waits for those in hand to be acknowledged, then closes without a word about anybody being offline. */
  stop(): Promise<void>;
  /** Sends a command to a device below its own prefix, or keeps it for a device whose session is kept. Never waits for another device. */
  sendCommand(device: DeviceId, topic: string, payload: Uint8Array | string): Promise<CommandResult>;
  /** Ends a device's connection; `why` becomes the reason of its offline message. False when it has none. */
  disconnect(device: DeviceId, why: string): boolean;
  stats(): BrokerStats;
}

/** How often one device may do something; kept over its connections, so that reconnecting buys nothing. */
interface DevicePace {
  readonly messages: Pace;
  readonly signIns: Pace;
}

/** Packets that wait for CONNACK, at most; a device that dumps its backlog without waiting stays far below, reading being paused. */
const queueBeforeConnack = 5_000;

const countOfConnectFault: Record<ConnectFault, BrokerCounterName> = {
  version: 'refused-version',
  'client-id': 'refused-client-id',
  malformed: 'cut-protocol-error',
};

const noop = (): void => {};

/**
 * The place where devices speak: MQTT 3.1.1 over TCP, TLS and WebSocket. Every message of a signed-in device is handed to `accept`, and
 * acknowledged only when its `done` is called. Does nothing until started.
 */
export const createBroker = (options: BrokerOptions): Broker => {
  const { accept, clock, counters } = options;
  const limits = brokerLimitsSchema.parse(options.limits ?? {});
  const signIn = options.signIn ?? createDeviceSignIn(options.findCredential);
  const access = options.topicAccess ?? createDeviceTopicAccess(options.commandsOf ?? (() => ['command/#']));
  const holdMs = limits.maxHoldSeconds * 1_000;

  const links = new Set<Link>();
  const linkOf = new WeakMap<Client, Link>();
  /** The one connection of each device that is signed in. */
  const current = new Map<DeviceId, Link>();
  const paces = new Map<DeviceId, DevicePace>();
  const newFrom = new Map<string, { since: number; count: number }>();
  const sessions = createSessionStore({
    maxQueued: limits.maxQueuedCommandsPerDevice,
    dropped: () => counters.count('command-dropped'),
  });
  let admitted = 0;
  let inFlight = 0;
  let stopping = false;
  let idle = noop;
  /** The watchdog's coarse time is exact enough for silence, and costs nothing a message. */
  let coarseNow = clock.monotonic();

  const aedesOptions = { connectTimeout: limits.connectTimeoutSeconds * 2_000, queueLimit: queueBeforeConnack, maxInflightInbound: 65_535 };
  const aedes =
    options.routeBetweenClients === true ? new Aedes(aedesOptions) : new UnroutedAedes({ ...aedesOptions, persistence: sessions });

  const paceOf = (device: DeviceId): DevicePace => {
    let pace = paces.get(device);
    if (pace === undefined) {
      pace = {
        messages: new Pace(1_000 / limits.messagesPerSecond, limits.messageBurst, holdMs),
        signIns: new Pace(60_000 / limits.connectsPerMinute, limits.connectsPerMinute, holdMs),
      };
      paces.set(device, pace);
    }
    return pace;
  };

  const announce = (sender: DeviceId, online: boolean, why: string): void => {
    try {
      accept({ type: 'connection', sender, online, why, receivedAt: clock.now() }, noop);
    } catch {
      counters.count('accept-failed');
    }
  };

  const admit = (socket: Socket): boolean => {
    if (stopping) return false;
    if (admitted >= limits.maxConnections) {
      counters.count('refused-full');
      return false;
    }
    const most = limits.maxConnectionsPerAddressPerSecond;
    if (most !== null) {
      const address = socket.remoteAddress ?? '';
      const now = clock.monotonic();
      const seen = newFrom.get(address);
      if (seen === undefined || now - seen.since >= 1_000) newFrom.set(address, { since: now, count: 1 });
      else if (++seen.count > most) {
        counters.count('refused-address-rate');
        return false;
      }
    }
    admitted += 1;
    socket.once('close', () => {
      admitted -= 1;
    });
    counters.count('connections');
    return true;
  };

  const closed = (link: Link): void => {
    links.delete(link);
    link.acknowledgements.close();
    if (!link.registered && link.replaces !== null) link.replaces.superseded = false;
    if (link.identity === null || current.get(link.identity.device) !== link) return;
    current.delete(link.identity.device);
    if (stopping) return;
    announce(link.identity.device, false, link.endReason ?? (link.guard.disconnectSeen ? 'disconnected' : 'lost'));
  };

  const connected = (stream: Duplex): void => {
    coarseNow = clock.monotonic();
    const link = new Link(stream, limits, coarseNow, clock.monotonic);
    links.add(link);
    stream.once('close', () => closed(link));
    guardReading(
      link,
      () => !stopping,
      () => coarseNow,
      (_, fault) => {
        counters.count(fault === 'packet-too-large' ? 'packet-too-large' : 'cut-protocol-error');
        link.end('lost');
      },
    );
    link.client = aedes.handle(stream);
    linkOf.set(link.client, link);
  };

  aedes.preConnect = (client, packet, callback) => {
    const link = linkOf.get(client);
    const fault = checkConnect(packet);
    if (fault !== null || link === undefined) {
      if (fault !== null) counters.count(countOfConnectFault[fault.what]);
      const refuse = (): void => callback(new Error(fault?.what ?? 'no link'), false);
      if (fault?.returnCode === undefined || link === undefined) refuse();
      // A refusal must be read before the connection goes.
      else link.stream.write(Uint8Array.of(0x20, 2, 0, fault.returnCode), refuse);
      if (link !== undefined) link.endReason = 'refused';
      return;
    }
    const asked = packet.keepalive ?? 0;
    link.idleLimitMs = 1_500 * (asked === 0 ? limits.maxKeepAliveSeconds : Math.min(asked, limits.maxKeepAliveSeconds));
    // The watchdog keeps the time: aedes's own timer would cut a client whose acknowledgements the gateway holds back.
    packet.keepalive = 0;
    link.will = packet.will ?? null;
    callback(null, true);
  };

  aedes.authenticate = (client, username, password, callback) => {
    const link = linkOf.get(client);
    const result = link === undefined ? undefined : signIn({ clientId: client.id, username, password });
    if (link === undefined || result === undefined || !result.ok) {
      const returnCode = result?.ok === false ? result.returnCode : 4;
      counters.count(returnCode === 5 ? 'refused-disabled' : 'refused-credentials');
      if (link !== undefined) link.endReason = 'refused';
      callback(Object.assign(new Error('refused'), { returnCode }) as AuthenticateError, null);
      return;
    }
    const { device } = result;
    const proceed = (): void => {
      if (client.closed) return;
      link.identity = result;
      link.replaces = current.get(device) ?? null;
      if (link.replaces !== null) link.replaces.superseded = true;
      // The session is the device's, whatever the client calls itself: one connection a device, and nobody can take over another's.
      client.id = device;
      callback(null, true);
    };
    const wait = paceOf(device).signIns.take(clock.monotonic());
    if (wait <= 0) return proceed();
    counters.count('slowed-sign-in');
    setTimeout(proceed, wait);
  };

  aedes.on('client', (client) => {
    const link = linkOf.get(client);
    const device = link?.identity?.device;
    // A client that closed while it was being signed in is registered all the same.
    if (link === undefined || device === undefined || client.closed) return;
    const before = current.get(device);
    current.set(device, link);
    link.registered = true;
    link.replaces = null;
    counters.count('signed-in');
    if (before !== undefined) {
      counters.count('taken-over');
      before.end('taken-over');
    }
    announce(device, true, before === undefined ? 'connected' : 'taken-over');
  });

  /** Hands one message over. `acknowledge` is called at its place in the line, once it is committed. */
  const handOver = (link: Link, packet: PublishPacket, acknowledge: (error?: Error) => void): void => {
    const { device, model } = link.identity ?? {};
    if (device === undefined || model === undefined) return acknowledge(new Error('not signed in'));
    const below = access.publish(device, packet.topic);
    const { payload } = packet;
    const now = clock.monotonic();
    const wait = paceOf(device).messages.take(now);
    if (wait > 0) counters.count('slowed-message');
    counters.count('message');
    const refusal = below === null ? new Error('not your topic') : undefined;
    const committed = link.acknowledgements.expect(
      (error) => {
        if (error !== undefined) {
          counters.count('cut-foreign-topic');
          link.endReason ??= 'lost';
        }
        acknowledge(error);
      },
      wait > 0 ? now + wait : 0,
      refusal,
    );
    let open = true;
    const settle = (): boolean => {
      if (!open) return false;
      open = false;
      inFlight -= 1;
      return true;
    };
    inFlight += 1;
    try {
      accept(
        {
          type: 'publish',
          sender: device,
          model,
          topic: below ?? packet.topic,
          payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
          retain: packet.retain,
          duplicate: packet.dup,
          receivedAt: clock.now(),
          refused: below === null,
        },
        () => {
          if (!settle()) return;
          committed();
          if (inFlight === 0) idle();
        },
      );
    } catch {
      // Not acknowledged, so the device sends it again when it is back.
      settle();
      counters.count('accept-failed');
      link.end('lost');
    }
  };

  /** A will is a message whose connection is gone: nothing is acknowledged, and nothing more can be cut. */
  const handOverWill = (link: Link, packet: PublishPacket, callback: (error?: Error) => void): void => {
    const { device, model } = link.identity ?? {};
    if (stopping || link.superseded || device === undefined || model === undefined) {
      counters.count('will-withheld');
      return callback(new Error('will withheld'));
    }
    counters.count('will');
    const below = access.publish(device, packet.topic);
    accept(
      {
        type: 'publish',
        sender: device,
        model,
        topic: below ?? packet.topic,
        payload: Buffer.from(packet.payload),
        retain: packet.retain,
        duplicate: false,
        receivedAt: clock.now(),
        refused: below === null,
      },
      () => callback(below === null ? new Error('not your topic') : undefined),
    );
  };

  aedes.authorizePublish = (client, packet, callback) => {
    // A throw in here would end the process, and every home's connection with it.
    try {
      const link = client === null ? undefined : linkOf.get(client);
      if (link === undefined) callback(new Error('nobody sent it'));
      else if (packet === link.will) handOverWill(link, packet, callback);
      else handOver(link, packet, callback);
    } catch {
      counters.count('accept-failed');
    }
  };

  aedes.authorizeSubscribe = (client, subscription, callback) => {
    const link = linkOf.get(client);
    const { topic } = subscription;
    const allowed =
      link?.identity != null &&
      (link.subscriptions.has(topic) || link.subscriptions.size < limits.maxSubscriptionsPerDevice) &&
      access.subscribe(link.identity.device, link.identity.model, topic);
    if (allowed) link.subscriptions.set(topic, subscription.qos);
    else counters.count('subscription-refused');
    callback(null, allowed ? subscription : null);
  };
  aedes.on('unsubscribe', (filters, client) => {
    for (const filter of filters) linkOf.get(client)?.subscriptions.delete(filter);
  });

  const failed = (client: Client, error: Error): void => {
    const link = linkOf.get(client);
    // What the network did has a code; what the broker decided has a reason. The rest broke the protocol.
    if (link === undefined || link.endReason !== null || client.closed || 'code' in error) return;
    link.endReason = 'lost';
    counters.count(error.message === 'drain timeout' ? 'cut-stalled' : 'cut-protocol-error');
  };
  aedes.on('clientError', failed);
  aedes.on('connectionError', failed);
  // Without a listener an error here would end the process.
  (aedes as NodeJS.EventEmitter).on('error', () => counters.count('listener-error'));

  const listeners = createListeners({
    listeners: options.listeners,
    handshakeTimeoutMs: limits.connectTimeoutSeconds * 1_000,
    maxFrameBytes: limits.maxPacketBytes * 2,
    admit,
    connected,
    failed: () => counters.count('listener-error'),
  });
  const watchdog = createWatchdog({
    limits,
    links,
    counters,
    monotonic: clock.monotonic,
    ticked: () => {
      coarseNow = clock.monotonic();
      newFrom.clear();
    },
  });
  const commands = createDeviceCommands({ current, sessions, counters });

  const settled = async (): Promise<void> => {
    if (inFlight > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limits.stopGraceSeconds * 1_000);
        idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const link of links) link.acknowledgements.hurry();
    // One turn of the loop lets the last acknowledgements reach their sockets.
    await new Promise((resolve) => setImmediate(resolve));
  };

  let started: Promise<BoundAddresses> | undefined;
  let stopped: Promise<void> | undefined;
  return {
    start() {
      if (stopped !== undefined) throw new CarebedFailure('broker-stopped', 'a stopped broker cannot be started again; make a new one');
      started ??= (async () => {
        await aedes.listen();
        watchdog.start();
        try {
          return await listeners.start();
        } catch (error) {
          await this.stop();
          throw error;
        }
      })();
      return started;
    },
    stop() {
      stopped ??= (async () => {
        if (started === undefined) return;
        stopping = true;
        watchdog.stop();
        listeners.stopListening();
        await settled();
        await new Promise<void>((resolve) => aedes.close(() => resolve()));
        await listeners.stop();
      })();
      return stopped;
    },
    sendCommand: (device, topic, payload) => commands.send(device, topic, payload),
    disconnect(device, why) {
      const link = current.get(device);
      if (link === undefined) return false;
      counters.count('cut-by-gateway');
      link.end(why);
      return true;
    },
    stats: () => ({ connections: links.size, signedIn: current.size, inFlight }),
  };
};
