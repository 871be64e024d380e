import type { Priority, Reason, RuleName } from '../../domain/alarm.ts';
import type { CareNumbers } from '../../domain/care-profile.ts';
import type { RuleStanding } from '../../domain/explanation.ts';
import type { ResidentState } from '../../domain/home.ts';
import type { Duration, Instant } from '../../domain/instant.ts';
import type { Language } from '../../domain/language.ts';
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
  /** A hub speaks for the device concerned. */
  readonly hasHub: boolean;
  /** That hub is itself silent or gone: then it stands for its children. */
  readonly hubOffline: boolean;
  /** When that hub was last heard again after it had been silent or gone; null when it never was, or there is none. */
  readonly hubBackAt: Instant | null;
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

/** Whether a hub is away, so that it stands for its children; and when it was last heard again after that. */
export interface HubStanding {
  readonly offline: boolean;
  readonly backAt: Instant | null;
}

/**
 * A rule 规则: a pure, deterministic function of (state, input, context). It reads no clock, no store and no network. One state for each
 * bed (`subject: 'bed'`) or for each device.
 */
export interface Rule<State> {
  readonly name: RuleName;
  readonly subject: 'bed' | 'device';
  /** The kinds of reading it wants to see; it is not called for messages that hold none of them. `device-time`: all that carry the device's own time. */
  readonly reads: readonly ReadingKind[] | 'any' | 'device-time';
  /** `home`: a bed's rule that also wants the readings of devices that serve its whole home (a door, a sensor in the hall). */
  readonly hears?: 'home';
  /** It reasons from inactivity: the resident's state (away, in hospital, visitor, under test) quiets it. No other rule is quieted. */
  readonly inactivity: boolean;
  readonly initial: State;
  /** Reads a stored state back after a restart. */
  readonly stateSchema: z.ZodType<State>;
  apply(state: State, input: RuleInput, context: RuleContext): RuleOutcome<State>;
  /** Whether this resident's numbers have it switched on. While off it is not called as long as its state is `initial`. Absent: always on. */
  isOn?(numbers: CareNumbers): boolean;
  /** The rule as one plain sentence with this resident's numbers, for a nurse. It says so when the rule is switched off. */
  sentence(numbers: CareNumbers, language: Language): string;
  /** The one rule that knows whether a device is there tells from its state how that device stands as a hub. */
  asHub?(state: State): HubStanding;
  /** How it stands, for whoever asks why it has called or has not. Absent: what can be said of any rule is said. */
  explain?(state: State, context: RuleContext): RuleStanding;
  /** False when losing this change in a crash would do no harm, so that a heartbeat does not cost a write. Absent: every change is kept. */
  worthKeeping?(before: State, after: State): boolean;
}
