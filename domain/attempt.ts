import type { Instant } from './instant.ts';
import type { AttemptState } from './notification.ts';
import type { ChannelAddress } from './people.ts';

/** What is remembered of the one copy of a notification on one of its channels. */
export interface AttemptRecord {
  /** Index into the notification's channels. */
  readonly channelIndex: number;
  readonly state: AttemptState;
  /** How often this copy was handed to the channel (the same key each time). */
  readonly tries: number;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  /** Failed, and may be tried again on the same channel. */
  readonly retry: boolean;
  /** The provider asked for this instant at the earliest. */
  readonly retryAt: Instant | null;
  /** Accepted, and a receipt is still to come. */
  readonly receiptExpected: boolean;
  /** Handed over by a process that ended before it heard what became of it. */
  readonly mayHaveBeenSent: boolean;
}

/** The part of a notification that decides what to do next. */
export interface DeliveryState {
  readonly channels: readonly ChannelAddress[];
  /** At most one for each channel. */
  readonly attempts: readonly AttemptRecord[];
  readonly createdAt: Instant;
}

/** What to do with a notification now. */
export type NextAttempt =
  /** Hand it to this channel; `again` when the same copy is handed over once more (a retry, or after a restart). */
  | { readonly do: 'send'; readonly channelIndex: number; readonly again: boolean }
  /** Nothing until then. `unreachable`: every channel has failed once; the escalation must know now. */
  | { readonly do: 'wait'; readonly until: Instant; readonly unreachable: boolean }
  | { readonly do: 'done'; readonly outcome: 'delivered' | 'accepted' | 'failed' | 'unknown' };

export type DecideNextAttempt = (state: DeliveryState, now: Instant) => NextAttempt;
