import type { Aedes, PublishPacket } from 'aedes';
import type { BrokerContext } from './context.ts';
import type { Identity, Link } from './link.ts';
import type { SessionStore } from './session-store.ts';
import type { TopicAccess } from './topic-access.ts';

type Acknowledge = (error?: Error) => void;
const foreign = 'not your topic';

/**
 * Hands every message over the moment it has arrived, whatever the rate, and lets its acknowledgement go when it has been committed. aedes
 * writes PUBACK before anybody behind it hears of the message, unless `authorizePublish` keeps its callback: so the callback is the
 * commit. Over the rate the acknowledgement is held back a while, which slows the sender and loses nothing.
 */
export const attachHandingOver = (aedes: Aedes, context: BrokerContext, access: TopicAccess, sessions: Pick<SessionStore, 'holds'>) => {
  const { counters, clock, linkOf } = context;
  let inFlight = 0;
  let whenIdle = (): void => {};

  const hand = (who: Identity, packet: PublishPacket, below: string | null, done: () => void): void => {
    const { payload } = packet;
    const message = {
      type: 'publish',
      sender: who.device,
      model: who.model,
      topic: below ?? packet.topic,
      payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
      retain: packet.retain,
      // A will has no such flag.
      duplicate: packet.dup === true,
      receivedAt: clock.now(),
      refused: below === null,
    } as const;
    let open = true;
    inFlight += 1;
    const settle = (): boolean => {
      if (!open) return false;
      open = false;
      inFlight -= 1;
      if (inFlight === 0) whenIdle();
      return true;
    };
    try {
      context.accept(message, () => {
        if (!open) return;
        done();
        settle();
      });
    } catch (error) {
      settle();
      throw error;
    }
  };

  const message = (link: Link, who: Identity, packet: PublishPacket, acknowledge: Acknowledge): void => {
    const below = access.publish(who.device, packet.topic);
    const now = clock.monotonic();
    const wait = context.paceOf(who.device).messages.take(now);
    if (wait > 0) counters.count('slowed-message');
    counters.count('message');
    const leave: Acknowledge =
      below !== null
        ? acknowledge
        : () => {
            // MQTT 3.1.1 has no other way to say no than to end the connection (MQTT-3.3.5-2).
            counters.count('cut-foreign-topic');
            link.endReason ??= 'lost';
            acknowledge(new Error(foreign));
          };
    const committed = link.acknowledgements.expect(leave, wait > 0 ? now + wait : 0);
    // Sent again although it was taken and committed: acknowledged once more, and not heard twice (MQTT-4.3.3-2). Without the flag it is heard.
    if (packet.qos === 2 && packet.dup === true && sessions.holds(who.device, packet.messageId)) committed();
    else hand(who, packet, below, committed);
  };

  /** A will is a message whose connection is gone: there is nothing to acknowledge and nothing more to cut. */
  const will = (link: Link, who: Identity, packet: PublishPacket, callback: Acknowledge): void => {
    if (context.stopping || link.superseded) {
      counters.count('will-withheld');
      return callback(new Error('will withheld'));
    }
    counters.count('will');
    const below = access.publish(who.device, packet.topic);
    hand(who, packet, below, () => callback(below === null ? new Error(foreign) : undefined));
  };

  aedes.authorizePublish = (client, packet, callback) => {
    const link = client === null ? undefined : linkOf.get(client);
    const who = link?.identity ?? null;
    if (link === undefined || who === null) return callback(new Error('nobody sent it'));
    // A throw out of here would end the process, and every home's connection with it.
    try {
      (packet === link.will ? will : message)(link, who, packet, callback);
    } catch {
      // Not acknowledged, so the device sends it again when it is back.
      counters.count('accept-failed');
      link.end('lost');
    }
  };

  return {
    inFlight: (): number => inFlight,
    /** Resolves when nothing is in hand any more, or after `graceMs`; then lets go what was only held back for pace. */
    async settled(graceMs: number): Promise<void> {
      if (inFlight > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, graceMs);
          whenIdle = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      for (const link of context.links) link.acknowledgements.hurry();
      // One turn of the loop lets the last acknowledgements reach their sockets.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
};
