import type { Actor, Alarm, AlarmEvent, Disposition, Priority, Reason, RuleName } from '../../domain/alarm.ts';
import type { AlarmId, BedId, DeviceId, HomeId, PersonId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';

/** What a new alarm is about; the pipeline knows it from the bed or device. */
export interface AlarmSubject {
  readonly id: AlarmId;
  readonly case: AlarmId;
  readonly rule: RuleName;
  readonly home: HomeId;
  readonly bed: BedId | null;
  readonly device: DeviceId | null;
}

/** Everything that can happen to an alarm. */
export type AlarmInput =
  | { readonly type: 'raise'; readonly priority: Priority; readonly stage: 'pre-alert' | 'alarm'; readonly reason: Reason }
  | { readonly type: 'return'; readonly reason: Reason }
  | { readonly type: 'cancel'; readonly reason: Reason }
  | { readonly type: 'acknowledge'; readonly by: Actor }
  /** A person says "I am going": acknowledges too. */
  | { readonly type: 'going'; readonly by: Actor; readonly responder: PersonId | null }
  /** A person says "I can't". */
  | { readonly type: 'decline'; readonly by: Actor; readonly person: PersonId }
  | { readonly type: 'dispatch'; readonly by: Actor; readonly responder: PersonId | null }
  | { readonly type: 'arrive'; readonly by: Actor; readonly responder: PersonId | null }
  | { readonly type: 'note'; readonly by: Actor; readonly text: string }
  | { readonly type: 'resolve'; readonly by: Actor; readonly disposition: Disposition }
  | { readonly type: 'shelve'; readonly by: Actor; readonly until: Instant }
  | { readonly type: 'unshelve'; readonly by: Actor }
  | { readonly type: 'suppress'; readonly why: string }
  | { readonly type: 'unsuppress' }
  | { readonly type: 'take-out-of-service'; readonly by: Actor }
  | { readonly type: 'return-to-service'; readonly by: Actor }
  /** An acknowledgement that nobody acted on is taken back by the escalation. */
  | { readonly type: 'reopen' };

/**
 * What the escalation must do now:
 * `start` begin at the first level; `call-again` tell everybody told so far once more, without moving the clock; `restart` begin again at
 * the first level and tell those told before; `stop` nobody further is told; `told-returned` stop, and tell those who were told that the
 * condition is over; `declined` go on without that person; `none`.
 */
export type EscalationDirective = 'none' | 'start' | 'call-again' | 'restart' | 'stop' | 'told-returned' | 'declined';

export type AlarmTransition =
  | { readonly outcome: 'changed'; readonly alarm: Alarm; readonly events: readonly AlarmEvent[]; readonly escalation: EscalationDirective }
  /** Nothing to do, and that is right; `why` says so. */
  | { readonly outcome: 'ignored'; readonly why: string }
  /** A person asked for what cannot be; `code` is stable, `message` says what would be right. */
  | { readonly outcome: 'refused'; readonly code: string; readonly message: string };
