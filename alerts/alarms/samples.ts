import type { Actor, Alarm, AlarmState, AlarmStateValue, Priority, Reason, RuleName } from '../../domain/alarm.ts';
import type { AlarmId, BedId, DeviceId, HomeId, PersonId } from '../../domain/ids.ts';
import { instant } from '../../domain/instant.ts';
import type { AlarmInput, AlarmSubject, AlarmTransition } from './input.ts';

export type AlarmInputType = AlarmInput['type'];

export const now = instant(1_800_000_000_000);
export const earlier = instant(now - 600_000);
export const ann: Actor = { type: 'person', person: 'ann' as PersonId };
export const ben: Actor = { type: 'person', person: 'ben' as PersonId };
export const hour = 3_600_000;

export const reason = (code: Reason['code'] = 'pressed'): Reason => ({ code, device: 'd1' as DeviceId, since: earlier, numbers: {} });
export const subject = (rule: RuleName = 'button'): AlarmSubject => ({
  id: 'alarm-2' as AlarmId,
  case: 'alarm-2' as AlarmId,
  rule,
  home: 'h1' as HomeId,
  bed: 'b1' as BedId,
  device: 'd1' as DeviceId,
});
export const states: Record<AlarmStateValue, AlarmState> = {
  unacknowledged: { value: 'unacknowledged', since: earlier },
  acknowledged: { value: 'acknowledged', since: earlier, by: ann, returned: false },
  'returned-unacknowledged': { value: 'returned-unacknowledged', since: earlier },
  shelved: { value: 'shelved', since: earlier, until: instant(now + hour), by: ann },
  suppressed: { value: 'suppressed', since: earlier, why: 'flood' },
  'out-of-service': { value: 'out-of-service', since: earlier, by: ann },
  closed: { value: 'closed', since: earlier, by: ann, disposition: { cause: 'accidental', outcome: 'no-action-needed', note: '' } },
};
export const alarmIn = (state: AlarmStateValue | AlarmState, over: Partial<Alarm> = {}): Alarm => ({
  id: 'alarm-1' as AlarmId,
  case: 'alarm-1' as AlarmId,
  rule: 'button',
  priority: 'high',
  home: 'h1' as HomeId,
  bed: 'b1' as BedId,
  device: 'd1' as DeviceId,
  stage: 'alarm',
  state: typeof state === 'string' ? states[state] : state,
  raisedAt: earlier,
  calls: 1,
  lastCallAt: earlier,
  reasons: [reason()],
  dispatched: null,
  arrived: null,
  escalation: null,
  ...over,
});
export const disposition = { cause: 'assist', outcome: 'visited-safe', note: '' } as const;

/** One input of every type, as a person other than the first would give it. */
export const inputsFor = (priority: Priority): Record<AlarmInputType, AlarmInput> => ({
  raise: { type: 'raise', priority, stage: 'alarm', reason: reason() },
  return: { type: 'return', reason: reason() },
  cancel: { type: 'cancel', reason: reason() },
  acknowledge: { type: 'acknowledge', by: ben },
  going: { type: 'going', by: ben, responder: 'ben' as PersonId },
  decline: { type: 'decline', by: ben, person: 'ben' as PersonId },
  dispatch: { type: 'dispatch', by: ben, responder: 'cao' as PersonId },
  arrive: { type: 'arrive', by: ben, responder: 'cao' as PersonId },
  note: { type: 'note', by: ben, text: 'x' },
  resolve: { type: 'resolve', by: ben, disposition },
  shelve: { type: 'shelve', by: ben, until: instant(now + hour) },
  unshelve: { type: 'unshelve', by: ben },
  suppress: { type: 'suppress', why: 'flood' },
  unsuppress: { type: 'unsuppress' },
  'take-out-of-service': { type: 'take-out-of-service', by: ben },
  'return-to-service': { type: 'return-to-service', by: ben },
  reopen: { type: 'reopen' },
});
export const high = inputsFor('high');

export const letters: Record<AlarmStateValue, string> = {
  unacknowledged: 'U',
  acknowledged: 'A',
  'returned-unacknowledged': 'R',
  shelved: 'S',
  suppressed: 'P',
  'out-of-service': 'O',
  closed: 'C',
};
/** A transition as a cell of the tables in docs/life-of-an-alarm.md. */
export const cellOf = (result: AlarmTransition): string => {
  if (result.outcome === 'ignored') return 'ignored';
  if (result.outcome === 'refused') return `refused ${result.code}`;
  const { state } = result.alarm;
  const name = state.value === 'acknowledged' && state.returned ? 'A returned' : letters[state.value];
  return `${name}: ${result.events.map(({ type }) => type).join(', ')}; ${result.escalation}`;
};
