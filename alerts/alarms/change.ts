import type { Actor, Alarm, AlarmEvent, AlarmEventType, Disposition } from '../../domain/alarm.ts';
import type { DeviceId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { AlarmTransition, EscalationDirective } from './input.ts';

/** When an input takes effect, and how much later than due. */
export interface Moment {
  readonly now: Instant;
  /** Whole ms, 0 when on time. */
  readonly lateMs: number;
}

export const byGateway: Actor = { type: 'gateway' };

/** Who speaks when a rule does: the device it heard, or the gateway when it heard none. */
export const bySensor = (device: DeviceId | null): Actor => (device === null ? byGateway : { type: 'device', device });

export const sameActor = (a: Actor, b: Actor): boolean => JSON.stringify(a) === JSON.stringify(b);

/** One line of the log at this moment. */
export const event = (moment: Moment, type: AlarmEventType, by: Actor, data: AlarmEvent['data'] = {}): AlarmEvent => ({
  type,
  at: moment.now,
  by,
  lateMs: moment.lateMs,
  data,
});

export const changed = (alarm: Alarm, events: readonly AlarmEvent[], escalation: EscalationDirective): AlarmTransition => ({
  outcome: 'changed',
  alarm,
  events,
  escalation,
});

export const ignored = (why: string): AlarmTransition => ({ outcome: 'ignored', why });

/** What a condition that ended by itself leaves behind when nobody has to look any more. */
export const returnedByItself: Disposition = { cause: 'returned-by-itself', outcome: 'no-action-needed', note: '' };

/** The closed alarm and the event that says so. */
export const close = (alarm: Alarm, moment: Moment, by: Actor, disposition: Disposition): { alarm: Alarm; event: AlarmEvent } => ({
  alarm: { ...alarm, state: { value: 'closed', since: moment.now, by, disposition } },
  event: event(moment, 'closed', by, { disposition }),
});
