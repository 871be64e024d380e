import type { Clock, Instant } from '../../domain/instant.ts';
import type { Channel, Delivery, DeliveryResult } from '../../domain/notification.ts';
import type { ChannelName } from '../../domain/people.ts';
import { createLane, type Lane } from './lane.ts';
import { createReceiptFollower, type Following, receiptScheduleMs } from './receipt-follower.ts';
import { urgencyOf } from './urgency.ts';

export interface ChannelLimits {
  /** How many messages are under way at once towards one place (one mail server, one SMS provider, one webhook). */
  readonly concurrency: number;
  /** A try is broken off after this long. */
  readonly timeoutMs: number;
}

export const defaultLimits: Readonly<Record<ChannelName, ChannelLimits>> = {
  webhook: { concurrency: 8, timeoutMs: 15_000 },
  sms: { concurrency: 16, timeoutMs: 10_000 },
  email: { concurrency: 4, timeoutMs: 20_000 },
};

/** What the notifier lets be counted. Holds no personal data. */
export interface NotifierObserver {
  /** A message waits for its place; `waiting` now do so in its lane. */
  queued?(channel: ChannelName, waiting: number): void;
  /** A try has ended: how long it waited here and how long it took, in ms. */
  finished?(channel: ChannelName, result: DeliveryResult, waitedMs: number, tookMs: number): void;
  /** A receipt or its like came in. */
  receipt?(channel: ChannelName, result: DeliveryResult): void;
}

export interface NotifierOptions {
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly clock: Clock;
  /** Every end of every try, and every later news of it. Must not throw. */
  readonly onResult: (delivery: Delivery, result: DeliveryResult) => void;
  /**
   * Asked when a message has its place on a channel that cannot tell copies apart, and before anything of it leaves: resolves true when it
   * is written down that it may have been sent from now on; false when it is not to be sent any more. A process that dies before has
   * not sent it for certain. Without it every message may leave at once.
   */
  readonly leave?: (delivery: Delivery) => Promise<boolean>;
  readonly limits?: Partial<Record<ChannelName, ChannelLimits>>;
  readonly receiptScheduleMs?: readonly number[];
  readonly observer?: NotifierObserver;
}

export interface Notifier {
  /** Takes a message over. It is answered through `onResult`, at the latest after its channel's timeout once it has its place. */
  send(delivery: Delivery): void;
  /**
   * Takes nothing more and lets what is here go out for up to `graceMs` (2 s), then breaks it off. Promises the messages that were never
   * handed to a channel: nothing of them has left, so their claim can be given back.
   */
  stop(graceMs?: number): Promise<readonly Delivery[]>;
  /** Messages that wait for a place. */
  readonly waiting: number;
}

/** How long a channel that was told to stop may take to say how it ended. */
const lastWordMs = 2_000;

/** From here on the time between the decision and the try is part of how late the message is. */
const lateFromMs = 60_000;

/** A message that leaves long after it was decided (after a restart, by a later try) says so to its reader. */
const withLateness = (delivery: Delivery, now: Instant): Delivery => {
  const age = now - delivery.createdAt;
  return age < lateFromMs ? delivery : { ...delivery, subject: { ...delivery.subject, lateMs: delivery.subject.lateMs + age } };
};

/**
 * Hands messages to their channels: so many at once towards each place, so that a hanging mail server holds up neither webhooks nor SMS; the
 * first word of a new alarm before repeats; each try bounded; receipts asked for until they come. What an earlier process may have sent is
 * asked about before it is sent again, and stays in doubt where nobody can be asked.
 */
export const createNotifier = (options: NotifierOptions): Notifier => {
  const { channels, clock, onResult, observer } = options;
  const lanes = new Map<string, Lane>();
  const stopping = new AbortController();
  const stopped = Promise.withResolvers<'stopped'>();
  const unsent: Delivery[] = [];
  let closed = false;

  const limitsOf = (name: ChannelName): ChannelLimits => options.limits?.[name] ?? defaultLimits[name];

  const laneFor = (place: string, name: ChannelName): Lane => {
    const existing = lanes.get(place);
    if (existing !== undefined) return existing;
    const lane = createLane(limitsOf(name).concurrency);
    lanes.set(place, lane);
    return lane;
  };

  const placeOf = ({ address }: Delivery): string => (address.channel === 'webhook' ? `webhook ${address.webhook}` : address.channel);

  /** Runs one call to a channel within its time. A channel that neither ends nor obeys is left behind with `unknown`. */
  const bounded = async <T>(name: ChannelName, call: (signal: AbortSignal) => Promise<T>, otherwise: (code: string) => T): Promise<T> => {
    const { timeoutMs } = limitsOf(name);
    const { promise: tooLate, resolve: giveUp } = Promise.withResolvers<T>();
    const timer = setTimeout(() => giveUp(otherwise(`${name}-timeout`)), timeoutMs + lastWordMs);
    try {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)]);
      return await Promise.race([call(signal), tooLate]);
    } catch {
      return otherwise(`${name}-broken`);
    } finally {
      clearTimeout(timer);
    }
  };

  const inDoubt = (code: string): DeliveryResult => ({ state: 'unknown', code, detail: 'the channel did not say how it ended' });

  const follower = createReceiptFollower({
    scheduleMs: options.receiptScheduleMs ?? receiptScheduleMs,
    onNews: (delivery, result) => {
      observer?.receipt?.(delivery.address.channel, result);
      onResult(delivery, result);
    },
    ask: (from) => {
      const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof askNow>>>();
      laneFor(`${from.channel.name} receipts`, from.channel.name).put(
        urgencyOf(from.delivery),
        async () => resolve(await askNow(from)),
        () => resolve({ state: 'pending' }),
      );
      return promise;
    },
  });

  const askNow = ({ channel, delivery, providerId }: Following) =>
    bounded<Awaited<ReturnType<NonNullable<Channel['receipt']>>>>(
      channel.name,
      async (signal) => (await channel.receipt?.(delivery, providerId, signal)) ?? { state: 'pending' },
      () => ({ state: 'pending' }),
    );

  /** What to report now; what it leaves open is followed. */
  const attempt = async (channel: Channel, delivery: Delivery): Promise<DeliveryResult> => {
    if (delivery.mayHaveBeenSent && !channel.idempotent) {
      if (channel.receipt === undefined) {
        return {
          state: 'unknown',
          code: `${channel.name}-interrupted`,
          detail: 'an earlier process may have sent it, and nobody can be asked',
        };
      }
      const answer = await askNow({ channel, delivery, providerId: null, known: 'unknown' });
      if (answer.state === 'pending') {
        return {
          state: 'unknown',
          code: `${channel.name}-interrupted`,
          detail: 'an earlier process may have sent it; the provider does not say yet',
        };
      }
      if (answer.state !== 'never-sent') return answer;
    }
    return bounded(channel.name, (signal) => channel.send(withLateness(delivery, clock.now()), signal), inDoubt);
  };

  const run = async (channel: Channel, delivery: Delivery, queuedAt: number): Promise<void> => {
    if (!channel.idempotent && !delivery.mayHaveBeenSent && options.leave !== undefined) {
      const letGo = await Promise.race([options.leave(delivery).catch(() => false), stopped.promise]);
      if (letGo === 'stopped') unsent.push(delivery);
      // One that is not let go stays with whoever handed it over.
      if (letGo !== true) return;
    }
    const startedAt = clock.monotonic();
    const result = await attempt(channel, delivery);
    observer?.finished?.(channel.name, result, startedAt - queuedAt, clock.monotonic() - startedAt);
    onResult(delivery, result);
    const open = result.state === 'unknown' || (result.state === 'accepted' && result.receiptExpected);
    if (channel.receipt === undefined || !open || closed) return;
    follower.follow({ channel, delivery, providerId: result.state === 'accepted' ? result.providerId : null, known: result.state });
  };

  return {
    send: (delivery) => {
      if (closed) {
        unsent.push(delivery);
        return;
      }
      const { channel: name } = delivery.address;
      const channel = channels.get(name);
      if (channel === undefined) {
        onResult(delivery, {
          state: 'failed',
          code: `${name}-not-configured`,
          detail: 'this gateway has no such channel',
          retry: false,
          retryAfterMs: null,
        });
        return;
      }
      const lane = laneFor(placeOf(delivery), name);
      const queuedAt = clock.monotonic();
      lane.put(
        urgencyOf(delivery),
        () => run(channel, delivery, queuedAt),
        () => void unsent.push(delivery),
      );
      observer?.queued?.(name, lane.waiting);
    },
    stop: async (graceMs = 2_000) => {
      closed = true;
      follower.stop();
      const grace = setTimeout(() => {
        for (const lane of lanes.values()) lane.close();
        stopped.resolve('stopped');
        stopping.abort();
      }, graceMs);
      await Promise.all([...lanes.values()].map((lane) => lane.idle()));
      clearTimeout(grace);
      return unsent.splice(0);
    },
    get waiting() {
      return [...lanes.values()].reduce((sum, lane) => sum + lane.waiting, 0);
    },
  };
};
