import { type Alarm, type AlarmEventType, isCallRule, type Priority, priorities, type Reason } from '../../domain/alarm.ts';
import type { ReasonCode } from '../../domain/reason-code.ts';
import { byGateway, bySensor, changed, event, ignored, type Moment } from './change.ts';
import type { AlarmInput, AlarmSubject, AlarmTransition } from './input.ts';

type Raise = Extract<AlarmInput, { type: 'raise' }>;

const mostReasons = 20;

/** These say more about a call that has been counted; they are told again but are no further call. */
const sequels: readonly ReasonCode[] = ['fall-not-cancelled', 'long-lie'];

/** The first reason is kept for ever, of the later ones the newest. */
const withReason = (reasons: readonly Reason[], reason: Reason): Reason[] => [
  ...reasons.slice(0, 1),
  ...reasons.slice(1).slice(-(mostReasons - 2)),
  reason,
];

const higher = (a: Priority, b: Priority): Priority => (priorities.indexOf(a) <= priorities.indexOf(b) ? a : b);

/** A new alarm, unacknowledged, with its first event. */
export const open = (subject: AlarmSubject, input: Raise, moment: Moment): AlarmTransition => {
  const { priority, stage, reason } = input;
  // A person has resolved the suspected fall meanwhile: what follows from it by itself is no call of its own.
  if (sequels.includes(reason.code)) return ignored('the fall that this follows from was resolved');
  const alarm: Alarm = {
    id: subject.id,
    case: subject.case,
    rule: subject.rule,
    priority,
    home: subject.home,
    bed: subject.bed,
    device: subject.device,
    stage,
    state: { value: 'unacknowledged', since: moment.now },
    raisedAt: moment.now,
    calls: 1,
    lastCallAt: moment.now,
    reasons: [reason],
    dispatched: null,
    arrived: null,
    escalation: null,
  };
  return changed(alarm, [event(moment, 'raised', bySensor(reason.device), { reason, priority, stage })], 'start');
};

/** A further signal for an open alarm. Stage and priority only ever rise. */
export const raiseAgain = (alarm: Alarm, input: Raise, moment: Moment): AlarmTransition => {
  const call = isCallRule(alarm.rule);
  const { reason } = input;
  const stage = alarm.stage === 'alarm' ? 'alarm' : input.stage;
  const priority = higher(alarm.priority, input.priority);
  const rises = stage !== alarm.stage || priority !== alarm.priority;
  const { value } = alarm.state;

  if (!call && !rises && value === 'unacknowledged') return ignored('it is raised already and nobody has answered yet');
  if (reason.code === 'long-lie' && value === 'acknowledged' && alarm.arrived !== null) return ignored('somebody has arrived');

  const furtherCall = call ? (rises ? reason.code === 'fall-suspected-again' : !sequels.includes(reason.code)) : !rises;
  const type: AlarmEventType = rises ? 'priority-raised' : 'raised-again';
  const calls = alarm.calls + (furtherCall ? 1 : 0);
  const next: Alarm = {
    ...alarm,
    stage,
    priority,
    calls,
    lastCallAt: furtherCall ? moment.now : alarm.lastCallAt,
    reasons: withReason(alarm.reasons, reason),
  };
  const said = event(moment, type, bySensor(reason.device), { reason, priority, stage, calls });

  switch (value) {
    case 'unacknowledged':
      return changed(next, [said], rises ? 'restart' : 'call-again');
    case 'acknowledged':
      return changed(answerUndone(next, moment), [said, event(moment, 'unacknowledged', byGateway, { why: 'raised-again' })], 'restart');
    case 'returned-unacknowledged':
      return changed({ ...next, state: { value: 'unacknowledged', since: moment.now } }, [said], 'restart');
    case 'shelved':
    case 'suppressed':
    case 'out-of-service':
      if (call) return changed({ ...next, state: { value: 'unacknowledged', since: moment.now } }, [said], 'restart');
      return changed(next, [said], 'none');
    case 'closed':
      return ignored('it is closed; a new alarm is raised instead');
    default:
      return value satisfies never;
  }
};

/**
 * Unacknowledged anew. Whoever is on the way still is; but who arrived for the earlier call has not arrived for this one, so that visit
 * is over (its events remain).
 */
const answerUndone = (alarm: Alarm, moment: Moment): Alarm => ({
  ...alarm,
  state: { value: 'unacknowledged', since: moment.now },
  dispatched: alarm.arrived === null ? alarm.dispatched : null,
  arrived: null,
});
