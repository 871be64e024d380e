import type { Priority, Reason, RuleName } from '../../domain/alarm.ts';
import type { CareNumbers } from '../../domain/care-profile.ts';
import type { ResidentState } from '../../domain/home.ts';
import type { Duration, Instant } from '../../domain/instant.ts';
import type { Reading, ReadingKind } from '../../domain/reading.ts';
import type { z } from 'zod';

/** Everything a rule may know besides its own state and the input. */
export interface RuleContext {
  readonly now: Instant;
  /** This resident's numbers (device rules of a home without a bed get the defaults). */
  readonly numbers: CareNumbers;
  readonly residentState: ResidentState['value'];
  /** IANA zone of the home's wall clock. */
  readonly timeZone: string;
  /** How often the device concerned promises to speak; null when its model promises nothing. */
  readonly heartbeat: Duration | null;
}

export type RuleInput =
  | { readonly type: 'reading'; readonly reading: Reading }
  /** The rule's own `wakeAt` has come. It may come late: `context.now` tells. */
  | { readonly type: 'wake' }
  /** The gateway was not listening from `from` to `to`: silence in that time proves nothing. */
  | { readonly type: 'deaf'; readonly from: Instant; readonly to: Instant };

/** What a rule has to say. Whether an alarm is open, and what follows, is not its business. */
export type Signal =
  | { readonly type: 'raise'; readonly priority: Priority; readonly stage: 'pre-alert' | 'alarm'; readonly reason: Reason }
  /** The condition has gone back to normal by itself. */
  | { readonly type: 'return'; readonly reason: Reason }
  /** The resident took it back by hand. */
  | { readonly type: 'cancel'; readonly reason: Reason };

export interface RuleOutcome<State> {
  /** The very same object when nothing changed. */
  readonly state: State;
  readonly signals: readonly Signal[];
  /** When the rule wants to be woken; null for never. Given anew by every call. */
  readonly wakeAt: Instant | null;
}

/**
 * A rule 规则: a pure, deterministic function of (state, input, context). It reads no clock, no store and no network. One state for each
 * bed (`subject: 'bed'`) or for each device.
 */
export interface Rule<State> {
  readonly name: RuleName;
  readonly subject: 'bed' | 'device';
  /** The kinds of reading it wants to see; it is not called for messages that hold none of them. */
  readonly reads: readonly ReadingKind[] | 'any';
  readonly initial: State;
  /** Reads a stored state back after a restart. */
  readonly stateSchema: z.ZodType<State>;
  apply(state: State, input: RuleInput, context: RuleContext): RuleOutcome<State>;
  /** False when losing this change in a crash would do no harm, so that a heartbeat does not cost a write. Absent: every change is kept. */
  worthKeeping?(before: State, after: State): boolean;
}
