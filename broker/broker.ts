import type { Duplex } from 'node:stream';
import { Aedes, type Client } from 'aedes';
import { CarebedFailure } from '../domain/failure.ts';
import type { DeviceId, DeviceModelId } from '../domain/ids.ts';
import type { Clock } from '../domain/instant.ts';
import { createAdmission } from './admission.ts';
import { createContext } from './context.ts';
import type { BrokerCounterName, BrokerCounters } from './counters.ts';
import { type CommandResult, createDeviceCommands } from './device-commands.ts';
import type { FrameFault } from './frame-guard.ts';
import { attachHandingOver } from './handing-over.ts';
import type { Accept, FindCredential } from './inbound.ts';
import { type BrokerLimitsInput, brokerLimitsSchema } from './limits.ts';
import { Link } from './link.ts';
import { type BoundAddresses, createListeners, type ListenerOptions } from './listeners.ts';
import { createPacketIds } from './packet-ids.ts';
import { guardReading } from './reading-guard.ts';
import { createSessionStore } from './session-store.ts';
import { createDeviceSignIn, type SignIn } from './sign-in.ts';
import { attachSigningIn, refuse } from './signing-in.ts';
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

const countOfFault: Record<FrameFault, BrokerCounterName> = {
  'packet-too-large': 'packet-too-large',
  malformed: 'cut-protocol-error',
  version: 'refused-version',
};

/**
 * The place where devices speak: MQTT 3.1.1 over TCP, TLS and WebSocket. Every message of a signed-in device is handed to `accept`, and
 * acknowledged only when its `done` is called. Does nothing until started.
 */
export const createBroker = (options: BrokerOptions): Broker => {
  const { counters, clock } = options;
  const limits = brokerLimitsSchema.parse(options.limits ?? {});
  const signIn = options.signIn ?? createDeviceSignIn(options.findCredential);
  const access = options.topicAccess ?? createDeviceTopicAccess(options.commandsOf ?? (() => ['command/#']));
  const context = createContext({ limits, clock, counters, accept: options.accept });
  const { links, linkOf, current } = context;
  const ids = createPacketIds();
  const sessions = createSessionStore({
    maxQueued: limits.maxQueuedCommandsPerDevice,
    dropped: () => counters.count('command-dropped'),
    nextId: ids.next,
  });
  // aedes's own limits stand behind ours; of half-finished QoS 2 messages the session store keeps no more than the ids.
  const aedesOptions = { connectTimeout: limits.connectTimeoutSeconds * 2_000, maxInflightInbound: 65_535 };
  const aedes =
    options.routeBetweenClients === true ? new Aedes(aedesOptions) : new UnroutedAedes({ ...aedesOptions, persistence: sessions });
  const { closed } = attachSigningIn(aedes, context, signIn);
  const messages = attachHandingOver(aedes, context, access, sessions);
  const admission = createAdmission(context);
  const commands = createDeviceCommands({ current, sessions, counters });

  aedes.authorizeSubscribe = (client, subscription, callback) => {
    const link = linkOf.get(client);
    const who = link?.identity ?? null;
    const { topic, qos } = subscription;
    const room = link !== undefined && (link.subscriptions.has(topic) || link.subscriptions.size < limits.maxSubscriptionsPerDevice);
    const allowed = room && who !== null && access.subscribe(who.device, who.model, topic);
    if (allowed) link.subscriptions.set(topic, qos);
    else counters.count('subscription-refused');
    callback(null, allowed ? subscription : null);
  };
  // The one place where what is sent can be given its id; the packet is this client's own copy.
  aedes.authorizeForward = (client, packet) => {
    if (packet.qos > 0) packet.messageId ??= ids.next(client.id);
    return packet;
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

  const watchdog = createWatchdog({ limits, links, counters, monotonic: clock.monotonic, ticked: () => admission.forget() });
  const connected = (stream: Duplex): void => {
    const link = new Link(stream, limits, watchdog.time(), clock.monotonic);
    links.add(link);
    stream.once('close', () => {
      links.delete(link);
      link.acknowledgements.close();
      closed(link);
    });
    guardReading(
      link,
      () => !context.stopping,
      watchdog.time,
      (fault) => {
        counters.count(countOfFault[fault]);
        if (fault === 'version') refuse(link, 1, () => link.end('refused'));
        else link.end('lost');
      },
    );
    link.client = aedes.handle(stream);
    linkOf.set(link.client, link);
  };

  const listeners = createListeners({
    listeners: options.listeners,
    handshakeTimeoutMs: limits.handshakeTimeoutSeconds * 1_000,
    maxFrameBytes: limits.maxPacketBytes * 2,
    admit: (socket) => admission.admit(socket),
    connected,
    failed: () => counters.count('listener-error'),
  });
  let started: Promise<BoundAddresses> | undefined;
  let stopped: Promise<void> | undefined;

  const shut = async (): Promise<void> => {
    if (started === undefined) return;
    context.stopping = true;
    watchdog.stop();
    listeners.stopListening();
    await messages.settled(limits.stopGraceSeconds * 1_000);
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await listeners.stop();
  };
  const stop = (): Promise<void> => {
    stopped ??= shut();
    return stopped;
  };
  const open = async (): Promise<BoundAddresses> => {
    await aedes.listen();
    watchdog.start();
    try {
      return await listeners.start();
    } catch (error) {
      await stop();
      throw error;
    }
  };

  return {
    async start() {
      if (stopped !== undefined) throw new CarebedFailure('broker-stopped', 'a stopped broker cannot be started again; make a new one');
      started ??= open();
      return started;
    },
    stop,
    sendCommand: (device, topic, payload) => commands.send(device, topic, payload),
    disconnect(device, why) {
      const link = current.get(device);
      if (link === undefined) return false;
      counters.count('cut-by-gateway');
      link.end(why);
      return true;
    },
    stats: () => ({ connections: links.size, signedIn: current.size, inFlight: messages.inFlight() }),
  };
};
