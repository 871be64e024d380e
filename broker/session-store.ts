import { Readable } from 'node:stream';
import type { PublishPacket, Subscription } from 'aedes';
import { matches } from './topic.ts';

type Owner = { readonly id: string };
type MessageId = number | undefined;
/** A command on its way to a device; aedes adds its own counters to tell one from another. */
interface Outgoing {
  brokerId?: string | undefined;
  brokerCounter?: number | undefined;
  messageId?: MessageId;
  readonly cmd: string;
  readonly topic?: string;
  readonly payload?: string | Buffer;
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  readonly dup?: boolean;
}

/** What one device's session remembers between connections. */
interface Session {
  readonly subscriptions: Map<string, Subscription>;
  outgoing: Outgoing[];
  /** Ids of QoS 2 messages taken and not yet released. The message itself is long committed; only its id is needed. */
  readonly incoming: Set<number>;
}

/**
 * The sessions of devices, in memory and bounded: one a device, its subscriptions, the commands that wait for it (the oldest goes first)
 * and the ids of its half-finished QoS 2 messages. Sessions do not outlive the gateway, and need not: after a restart CONNACK says
 * "no session present", the client subscribes again, and what it has no acknowledgement for it sends again.
 *
 * It replaces aedes's default, which keeps retained messages, wills and queues without bound, and whose stored wills are published for
 * living devices when the wall clock jumps.
 */
export const createSessionStore = (options: { maxQueued: number; dropped: () => void; nextId: (device: string) => number }) => {
  const sessions = new Map<string, Session>();
  const of = (client: Owner): Session => {
    let session = sessions.get(client.id);
    if (session === undefined) {
      session = { subscriptions: new Map(), outgoing: [], incoming: new Set() };
      sessions.set(client.id, session);
    }
    return session;
  };
  const enqueue = (device: string, packet: Outgoing): void => {
    const { outgoing } = of({ id: device });
    // Its own id from the beginning: it may wait for another connection, where the old ones still count.
    outgoing.push({ ...packet, messageId: packet.messageId ?? options.nextId(device) });
    if (outgoing.length > options.maxQueued) {
      outgoing.shift();
      options.dropped();
    }
  };

  return {
    /** The QoS with which an absent device's kept subscriptions want this topic; null when none does. */
    wanted(device: string, topic: string): number | null {
      let qos: number | null = null;
      for (const subscription of sessions.get(device)?.subscriptions.values() ?? []) {
        if (matches(subscription.topic, topic)) qos = Math.max(qos ?? 0, subscription.qos);
      }
      return qos;
    },

    /** True when a QoS 2 message with this id was taken from the device and not yet released. */
    holds: (device: string, messageId: number | undefined): boolean =>
      messageId !== undefined && sessions.get(device)?.incoming.has(messageId) === true,

    async setup(): Promise<void> {},
    async storeRetained(): Promise<void> {},
    createRetainedStream: () => Readable.from([]),
    createRetainedStreamCombi: () => Readable.from([]),

    async addSubscriptions(client: Owner, subscriptions: readonly Subscription[]): Promise<void> {
      const session = of(client);
      for (const subscription of subscriptions) session.subscriptions.set(subscription.topic, { ...subscription });
    },
    async removeSubscriptions(client: Owner, filters: readonly string[]): Promise<void> {
      for (const filter of filters) sessions.get(client.id)?.subscriptions.delete(filter);
    },
    async subscriptionsByClient(client: Owner): Promise<Subscription[]> {
      return [...(sessions.get(client.id)?.subscriptions.values() ?? [])].map((subscription) => ({ ...subscription }));
    },
    subscriptionsByTopic: async (): Promise<Subscription[]> => [],
    countOffline: async () => ({ subsCount: 0, clientsCount: sessions.size }),
    /** Called when a device asks for a clean session: the old one ends with everything in it (MQTT-3.1.2-6). */
    async cleanSubscriptions(client: Owner): Promise<void> {
      sessions.delete(client.id);
    },

    async outgoingEnqueue(subscription: { clientId: string }, packet: Outgoing): Promise<void> {
      enqueue(subscription.clientId, packet);
    },
    async outgoingEnqueueCombi(subscriptions: readonly { clientId: string }[], packet: Outgoing): Promise<void> {
      for (const subscription of subscriptions) enqueue(subscription.clientId, packet);
    },
    async outgoingUpdate(client: Owner, packet: Outgoing): Promise<void> {
      const { outgoing } = of(client);
      for (const [i, waiting] of outgoing.entries()) {
        if (waiting.brokerId === packet.brokerId && waiting.brokerCounter === packet.brokerCounter) {
          waiting.messageId = packet.messageId;
          return;
        }
        if (waiting.brokerId !== packet.brokerId && waiting.messageId === packet.messageId) {
          outgoing[i] = packet;
          return;
        }
      }
      // Pushed out of a full queue while it was being sent: it is sent, and no longer remembered.
    },
    async outgoingClearMessageId(client: Owner, packet: Outgoing): Promise<Outgoing | undefined> {
      const outgoing = sessions.get(client.id)?.outgoing ?? [];
      const at = outgoing.findIndex((waiting) => waiting.messageId !== undefined && waiting.messageId === packet.messageId);
      return at < 0 ? undefined : outgoing.splice(at, 1)[0];
    },
    outgoingStream: (client: Owner) => Readable.from([...(sessions.get(client.id)?.outgoing ?? [])]),

    async incomingStorePacket(client: Owner, packet: PublishPacket): Promise<void> {
      if (packet.messageId !== undefined) of(client).incoming.add(packet.messageId);
    },
    async incomingGetPacket(client: Owner, packet: PublishPacket): Promise<PublishPacket> {
      if (packet.messageId !== undefined && sessions.get(client.id)?.incoming.has(packet.messageId) === true) return packet;
      throw new Error('no such packet');
    },
    async incomingDelPacket(client: Owner, packet: PublishPacket): Promise<void> {
      if (packet.messageId !== undefined) sessions.get(client.id)?.incoming.delete(packet.messageId);
    },
    async cleanIncoming(client: Owner): Promise<void> {
      sessions.get(client.id)?.incoming.clear();
    },

    /** A will lives in its connection alone; see `broker.ts` for when it is taken. */
    async putWill(): Promise<void> {},
    getWill: async (): Promise<undefined> => undefined,
    delWill: async (): Promise<undefined> => undefined,
    streamWill: () => Readable.from([]),
    getClientList: () => Readable.from([]),
    async destroy(): Promise<void> {
      sessions.clear();
    },
  };
};
export type SessionStore = ReturnType<typeof createSessionStore>;
