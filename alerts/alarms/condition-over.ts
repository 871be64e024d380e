import { type Alarm, isCallRule } from '../../domain/alarm.ts';
import { byGateway, bySensor, changed, close, event, ignored, type Moment, returnedByItself } from './change.ts';
import type { AlarmInput, AlarmTransition } from './input.ts';

/** True when the end of the condition is not enough: a person must say what it was, or somebody is on the way or there. */
export const awaitsPerson = (alarm: Alarm): boolean => alarm.priority === 'high' || alarm.dispatched !== null || alarm.arrived !== null;

/** The condition has gone back to normal by itself. A call for help never does. */
export const returnToNormal = (alarm: Alarm, input: Extract<AlarmInput, { type: 'return' }>, moment: Moment): AlarmTransition => {
  if (isCallRule(alarm.rule)) return ignored('a call for help never ends by itself');
  const { state } = alarm;
  const returned = event(moment, 'returned', bySensor(input.reason.device), { reason: input.reason });
  const closedByItself = (): AlarmTransition => {
    const closed = close(alarm, moment, byGateway, returnedByItself);
    return changed(closed.alarm, [returned, closed.event], 'told-returned');
  };
  switch (state.value) {
    case 'unacknowledged':
    case 'suppressed':
      if (alarm.priority === 'technical') return closedByItself();
      return changed({ ...alarm, state: { value: 'returned-unacknowledged', since: moment.now } }, [returned], 'told-returned');
    case 'acknowledged':
      if (state.returned) return ignored('it has returned already');
      if (!awaitsPerson(alarm)) return closedByItself();
      return changed({ ...alarm, state: { ...state, returned: true } }, [returned], 'told-returned');
    case 'shelved':
    case 'out-of-service':
      if (!awaitsPerson(alarm)) return closedByItself();
      return changed(
        { ...alarm, state: { value: 'acknowledged', since: moment.now, by: state.by, returned: true } },
        [returned],
        'told-returned',
      );
    case 'returned-unacknowledged':
      return ignored('it has returned already');
    case 'closed':
      return ignored('it is closed');
    default:
      return state satisfies never;
  }
};

/**
 * The resident took it back by hand. That closes a fall only while it is a pre-alert and nobody was sent; anything else goes on and keeps
 * it as a line in its log: a confused or a coerced person can press cancel too, so a person has to verify.
 */
export const cancel = (alarm: Alarm, input: Extract<AlarmInput, { type: 'cancel' }>, moment: Moment): AlarmTransition => {
  if (alarm.state.value === 'closed') return ignored('it is closed');
  const by = bySensor(input.reason.device);
  const cancelled = event(moment, 'cancelled', by, { reason: input.reason });
  const takenBackInTime = alarm.rule === 'fall' && alarm.stage === 'pre-alert' && alarm.dispatched === null && alarm.arrived === null;
  if (!takenBackInTime) return changed(alarm, [cancelled], 'none');
  const closed = close(alarm, moment, by, { cause: 'cancelled-by-resident', outcome: 'no-action-needed', note: '' });
  return changed(closed.alarm, [cancelled, closed.event], 'told-returned');
};
