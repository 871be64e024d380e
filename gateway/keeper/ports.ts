import type { AlarmAct } from '../../domain/alarm-act.ts';
import type { Actor, Alarm, AlarmEvent } from '../../domain/alarm.ts';
import type { Changes, RuleStateRecord } from '../../domain/changes.ts';
import type { AlarmId, DeviceId, HomeId, PersonId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { DeviceMessage, Reading } from '../../domain/reading.ts';
import type { Rejection } from '../../domain/rejection.ts';
import type { WaitingChild } from '../../domain/waiting-child.ts';

/** What bytes from a device turned out to be. */
export type Decoded =
  | { readonly type: 'message'; readonly message: DeviceMessage }
  | { readonly type: 'rejection'; readonly device: DeviceId; readonly rejection: Rejection }
  | { readonly type: 'waiting'; readonly child: WaitingChild }
  | { readonly type: 'ignored'; readonly why: string };

export type ActAnswer =
  | { readonly ok: true; readonly alarm: Alarm }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** The decisions, as the keeper uses them: everything in memory, nothing written; `drain` gives what must be. */
export interface DecisionPipeline {
  /** Starts again from what the store holds. Forgets all that was not drained. */
  load(kept: { readonly ruleStates: readonly RuleStateRecord[]; readonly openAlarms: readonly Alarm[]; readonly lastAlarm: number }): void;
  reading(reading: Reading, now: Instant): void;
  deaf(from: Instant, to: Instant): void;
  /** Does everything that is due by `now`; at most `limit` things, so that a flood of them does not hold up a press. True when more is due. */
  wake(now: Instant, limit: number): boolean;
  act(alarm: Alarm, act: AlarmAct, by: Actor, now: Instant): ActAnswer;
  /** No channel reached this person. */
  unreachable(alarm: AlarmId, person: PersonId, now: Instant): void;
  /** Adds a line to an alarm's log. */
  record(alarm: AlarmId, home: HomeId, event: AlarmEvent): void;
  nextDueAt(): Instant | null;
  openAlarm(id: AlarmId): Alarm | undefined;
  drain(): Changes;
}
