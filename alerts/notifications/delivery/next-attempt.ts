import type { AttemptRecord, DecideNextAttempt, DeliveryState, NextAttempt } from '../../../domain/attempt.ts';
import { after, type Duration, type Instant, minutes, seconds } from '../../../domain/instant.ts';
import { type ChannelAddress, type ChannelName } from '../../../domain/people.ts';

/** The numbers behind the decision. */
export interface DeliveryNumbers {
  /** Channels whose receivers tell copies apart, so that a doubtful try may be made again. */
  readonly idempotentChannels: ReadonlySet<ChannelName>;
  /** Channels whose provider can be asked later what became of a doubtful try. */
  readonly askableChannels: ReadonlySet<ChannelName>;
  /** How long a receipt may take before the next channel is tried (a contact has 45 to 60 s, domain facts §4). */
  readonly receiptWait: Duration;
  /** How long a receipt is still listened for when there is no other channel. */
  readonly receiptLast: Duration;
  /** A try without any answer for so long counts as doubtful: every channel's own timeout is far shorter. */
  readonly sendingLast: Duration;
  /** Waits before the second, third, … try on a channel; the last one repeats. */
  readonly backoff: readonly Duration[];
  /** No further try this long after the notification was written: the escalation has long told others. */
  readonly retryFor: Duration;
}

export const defaultDeliveryNumbers: DeliveryNumbers = {
  idempotentChannels: new Set(['webhook']),
  askableChannels: new Set(['sms']),
  receiptWait: seconds(45),
  receiptLast: minutes(5),
  sendingLast: seconds(90),
  backoff: [seconds(5), seconds(15), seconds(30), seconds(60)],
  retryFor: minutes(30),
};

const sameAddress = (a: ChannelAddress, b: ChannelAddress): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Indexes of the channels to try: an address that stands twice is tried once, so that nobody gets two copies. */
const distinct = (channels: readonly ChannelAddress[]): readonly number[] =>
  channels.flatMap((channel, index) => (channels.findIndex((other) => sameAddress(channel, other)) === index ? [index] : []));

const earliest = (instants: readonly Instant[]): Instant | null =>
  instants.length === 0 ? null : instants.reduce((first, next) => (next < first ? next : first));

/**
 * Makes the decision what to do next with a notification. Pure. Its rules:
 * one channel after another in their order, the next one at once when one has failed, stayed in doubt, or given no receipt in time;
 * `delivered`, or `accepted` where no receipt will come, ends it;
 * what may have left and cannot be told apart by the receiver is never sent again on that channel;
 * when all have been tried in vain, those that may be tried again are, with growing waits, and the escalation is told at once
 * (`unreachable`).
 */
export const createDecideNextAttempt = (numbers: DeliveryNumbers = defaultDeliveryNumbers): DecideNextAttempt => {
  const { idempotentChannels, askableChannels, receiptWait, receiptLast, sendingLast, backoff, retryFor } = numbers;

  const receiptDueAt = (attempt: AttemptRecord): Instant => after(attempt.finishedAt ?? attempt.startedAt, receiptWait);
  const sendingUntil = (attempt: AttemptRecord): Instant => after(attempt.startedAt, sendingLast);

  const retryAt = (attempt: AttemptRecord, channel: ChannelAddress | undefined): Instant | null => {
    const again =
      attempt.state === 'unknown'
        ? channel !== undefined && idempotentChannels.has(channel.channel)
        : attempt.state === 'failed' && attempt.retry;
    if (!again) return null;
    const wait = backoff[Math.min(attempt.tries, backoff.length) - 1] ?? seconds(60);
    const own = after(attempt.finishedAt ?? attempt.startedAt, wait);
    return attempt.retryAt !== null && attempt.retryAt > own ? attempt.retryAt : own;
  };

  /** Every channel was tried in vain, at least so far. */
  const afterAll = (state: DeliveryState, indexes: readonly number[], now: Instant): NextAttempt => {
    const last = after(state.createdAt, retryFor);
    const tried = indexes.flatMap((index) => state.attempts.find((attempt) => attempt.channelIndex === index) ?? []);
    const retries = tried.flatMap((attempt) => {
      const at = retryAt(attempt, state.channels[attempt.channelIndex]);
      return at === null || at > last ? [] : [{ channelIndex: attempt.channelIndex, at }];
    });
    const due = retries.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at || a.channelIndex - b.channelIndex)[0];
    if (due !== undefined && now <= last) return { do: 'send', channelIndex: due.channelIndex, again: true };
    // Late receipts and late answers are still listened for.
    const listening = tried.flatMap((attempt) => {
      const askable = askableChannels.has(state.channels[attempt.channelIndex]?.channel ?? 'email');
      if (attempt.state === 'accepted' || (attempt.state === 'unknown' && askable)) {
        return [after(attempt.finishedAt ?? attempt.startedAt, receiptLast)];
      }
      return attempt.state === 'sending' ? [last] : [];
    });
    const until = earliest([...retries.map(({ at }) => at), ...listening].filter((at) => at > now));
    if (until !== null) return { do: 'wait', until, unreachable: true };
    const states = new Set(tried.map(({ state: ended }) => ended));
    if (states.has('accepted')) return { do: 'done', outcome: 'accepted' };
    return { do: 'done', outcome: states.has('unknown') || states.has('sending') ? 'unknown' : 'failed' };
  };

  return (state, now) => {
    const { attempts } = state;
    const indexes = distinct(state.channels);
    const of = (index: number): AttemptRecord | undefined => attempts.find((attempt) => attempt.channelIndex === index);
    if (attempts.some((attempt) => attempt.state === 'delivered')) return { do: 'done', outcome: 'delivered' };
    if (attempts.some((attempt) => attempt.state === 'accepted' && !attempt.receiptExpected)) return { do: 'done', outcome: 'accepted' };
    const interrupted = indexes.find((index) => {
      const attempt = of(index);
      return attempt?.state === 'sending' && attempt.mayHaveBeenSent;
    });
    if (interrupted !== undefined) return { do: 'send', channelIndex: interrupted, again: true };
    const pending = earliest(
      attempts
        .flatMap((attempt) =>
          attempt.state === 'sending' ? [sendingUntil(attempt)] : attempt.state === 'accepted' ? [receiptDueAt(attempt)] : [],
        )
        .filter((at) => at > now),
    );
    const inVain = (attempt: AttemptRecord | undefined): boolean =>
      attempt !== undefined && (attempt.state === 'failed' || attempt.state === 'unknown' || attempt.tries > 1);
    const unreached = indexes.every((index) => inVain(of(index)));
    if (pending !== null) return { do: 'wait', until: pending, unreachable: unreached };
    const untried = indexes.find((index) => of(index) === undefined);
    if (untried !== undefined) return { do: 'send', channelIndex: untried, again: false };
    return afterAll(state, indexes, now);
  };
};

export const decideNextAttempt: DecideNextAttempt = createDecideNextAttempt();
