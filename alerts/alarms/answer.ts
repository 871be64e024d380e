import { type Actor, type Alarm, type AlarmEvent, isCallRule, type Response } from '../../domain/alarm.ts';
import type { PersonId } from '../../domain/ids.ts';
import { byGateway, changed, close, event, ignored, type Moment, returnedByItself, sameActor } from './change.ts';
import { awaitsPerson } from './condition-over.ts';
import type { AlarmInput, AlarmTransition } from './input.ts';
import { refused } from './refusal.ts';

type Answer = Extract<AlarmInput, { type: 'acknowledge' | 'going' | 'dispatch' | 'arrive' }>;

/** A machine never answers a call for help; an arrival may be reported by a device, for the responder presses the unit on the wall. */
const mayAnswer = (alarm: Alarm, input: Answer): boolean =>
  !isCallRule(alarm.rule) ||
  input.by.type === 'person' ||
  input.by.type === 'token' ||
  (input.type === 'arrive' && input.by.type === 'device');

const responseOf = (input: Exclude<Answer, { type: 'acknowledge' }>, moment: Moment): Response => ({
  by: input.by,
  responder: input.responder,
  at: moment.now,
});

/** What was said besides that it is answered: the alarm with it, and its event. */
const said = (alarm: Alarm, input: Answer, moment: Moment): { alarm: Alarm; events: AlarmEvent[] } => {
  switch (input.type) {
    case 'acknowledge':
      return { alarm, events: [] };
    case 'going': {
      const dispatched = alarm.dispatched ?? responseOf(input, moment);
      return { alarm: { ...alarm, dispatched }, events: [event(moment, 'going', input.by, { responder: input.responder })] };
    }
    case 'dispatch': {
      const dispatched = responseOf(input, moment);
      return { alarm: { ...alarm, dispatched }, events: [event(moment, 'dispatched', input.by, { responder: input.responder })] };
    }
    case 'arrive': {
      const arrived = alarm.arrived ?? responseOf(input, moment);
      return { alarm: { ...alarm, arrived }, events: [event(moment, 'arrived', input.by, { responder: input.responder })] };
    }
    default:
      return input satisfies never;
  }
};

/**
 * A person takes it: acknowledge, "I am going", a dispatch or an arrival. Each of the last three acknowledges too. It takes a quieted alarm
 * off its shelf; an alarm whose condition is over and that needs nobody any more closes.
 */
export const answer = (alarm: Alarm, input: Answer, moment: Moment): AlarmTransition => {
  if (!mayAnswer(alarm, input)) return refused('call-needs-a-person');
  const { state } = alarm;
  const acknowledged = event(moment, 'acknowledged', input.by);
  const next = said(alarm, input, moment);
  const taken = (returned: boolean): Alarm => ({
    ...next.alarm,
    state: { value: 'acknowledged', since: moment.now, by: input.by, returned },
  });
  switch (state.value) {
    case 'unacknowledged':
    case 'shelved':
    case 'suppressed':
    case 'out-of-service':
      return changed(taken(false), [acknowledged, ...next.events], 'stop');
    case 'returned-unacknowledged': {
      if (awaitsPerson(next.alarm)) return changed(taken(true), [acknowledged, ...next.events], 'stop');
      const closed = close(alarm, moment, input.by, returnedByItself);
      return changed(closed.alarm, [acknowledged, closed.event], 'stop');
    }
    case 'acknowledged': {
      if (input.type !== 'acknowledge') return changed(next.alarm, next.events, 'none');
      if (sameActor(state.by, input.by)) return ignored('the same person has acknowledged it already');
      return changed(alarm, [acknowledged], 'none');
    }
    case 'closed':
      return refused('alarm-closed');
    default:
      return state satisfies never;
  }
};

/** The person that the answer rests on: who was sent, else who acknowledged. */
const countedOn = (alarm: Alarm, by: Actor): PersonId | null => {
  if (alarm.dispatched?.responder != null) return alarm.dispatched.responder;
  return by.type === 'person' ? by.person : null;
};

/** A person says "I can't". When it was the one counted on and nobody has arrived, the answer is taken back and everybody is told anew. */
export const decline = (alarm: Alarm, input: Extract<AlarmInput, { type: 'decline' }>, moment: Moment): AlarmTransition => {
  const { state } = alarm;
  const declined = event(moment, 'declined', input.by, { person: input.person });
  if (state.value === 'closed') return refused('alarm-closed');
  if (state.value === 'unacknowledged') return changed(alarm, [declined], 'declined');
  const fails = state.value === 'acknowledged' && !state.returned && alarm.arrived === null && countedOn(alarm, state.by) === input.person;
  if (!fails) return changed(alarm, [declined], 'none');
  const undone: Alarm = { ...alarm, state: { value: 'unacknowledged', since: moment.now }, dispatched: null };
  return changed(undone, [declined, event(moment, 'unacknowledged', byGateway, { why: 'declined' })], 'restart');
};

/** The escalation takes back an acknowledgement that nobody acted on. Somebody may still be on the way; nobody has arrived. */
export const reopen = (alarm: Alarm, moment: Moment): AlarmTransition => {
  const { state } = alarm;
  if (state.value === 'closed') return refused('alarm-closed');
  if (state.value !== 'acknowledged') return ignored('it is not acknowledged');
  if (state.returned) return ignored('the condition is over');
  if (alarm.arrived !== null) return ignored('somebody has arrived');
  const reopened: Alarm = { ...alarm, state: { value: 'unacknowledged', since: moment.now } };
  return changed(reopened, [event(moment, 'unacknowledged', byGateway, { why: 'nobody-arrived' })], 'restart');
};
