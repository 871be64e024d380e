import { describe, expect, test } from 'vitest';
import type { Actor, Alarm, AlarmState, AlarmStateValue, Priority, RuleName } from '../../domain/alarm.ts';
import type { DeviceId, PersonId } from '../../domain/ids.ts';
import { type Instant, instant } from '../../domain/instant.ts';
import type { AlarmInput } from './input.ts';
import { alarmIn, ann, ben, cellOf, earlier, high, hour, now, reason, subject } from './samples.ts';
import { transition } from './transition.ts';

/** The changed alarm; fails the test when there is none. */
const change = (alarm: Alarm | null, input: AlarmInput, rule: RuleName = alarm?.rule ?? 'button', at: Instant = now) => {
  const result = transition(alarm, subject(rule), input, at);
  if (result.outcome !== 'changed') throw new Error(`expected a change, got ${cellOf(result)}`);
  return result;
};
const preAlert = (state: AlarmStateValue = 'unacknowledged', over: Partial<Alarm> = {}) =>
  alarmIn(state, { rule: 'fall', stage: 'pre-alert', reasons: [reason('fall-suspected')], ...over });

describe('calls for help', () => {
  test('a further call is counted, timed and given its reason', () => {
    const { alarm, events } = change(alarmIn('unacknowledged'), high.raise);
    expect(alarm).toMatchObject({ calls: 2, lastCallAt: now, reasons: [{}, { code: 'pressed' }], state: { since: earlier } });
    expect(events[0]?.data).toMatchObject({ calls: 2, reason: { code: 'pressed' } });
  });

  test('the first reason and the newest nineteen are kept', () => {
    let alarm = alarmIn('unacknowledged', { reasons: [reason('fall-confirmed')] });
    for (let i = 0; i < 40; i += 1)
      alarm = change(alarm, { ...high.raise, reason: { ...reason(), since: instant(i) } } as AlarmInput).alarm;
    expect(alarm.reasons).toHaveLength(20);
    expect(alarm.reasons[0]?.code).toBe('fall-confirmed');
    expect(alarm.reasons.at(-1)?.since).toBe(39);
    expect(alarm.calls).toBe(41);
  });

  test('a pre-alert that becomes an alarm begins the escalation anew and is no further call', () => {
    const raise: AlarmInput = { type: 'raise', priority: 'high', stage: 'alarm', reason: reason('fall-not-cancelled') };
    expect(cellOf(change(preAlert(), raise))).toBe('U: priority-raised; restart');
    expect(change(preAlert(), raise).alarm).toMatchObject({ stage: 'alarm', calls: 1 });
    expect(cellOf(change(preAlert('acknowledged'), raise))).toBe('U: priority-raised, unacknowledged; restart');
  });

  test('a second sign of a fall in the window is counted', () => {
    const raise: AlarmInput = { type: 'raise', priority: 'high', stage: 'alarm', reason: reason('fall-suspected-again') };
    expect(change(preAlert(), raise).alarm.calls).toBe(2);
  });

  test('a new suspicion during an alarm does not lower its stage', () => {
    const raise: AlarmInput = { type: 'raise', priority: 'high', stage: 'pre-alert', reason: reason('fall-suspected') };
    expect(change(alarmIn('unacknowledged', { rule: 'fall' }), raise).alarm).toMatchObject({ stage: 'alarm', calls: 2 });
  });

  test('a long lie tells again, is no further call, and needs an unresolved fall with nobody there', () => {
    const raise: AlarmInput = { type: 'raise', priority: 'high', stage: 'alarm', reason: reason('long-lie') };
    const fall = { rule: 'fall', reasons: [reason('fall-confirmed')] } as const;
    expect(cellOf(change(alarmIn('unacknowledged', { ...fall, reasons: [...fall.reasons] }), raise))).toBe('U: raised-again; call-again');
    expect(change(alarmIn('acknowledged', { rule: 'fall' }), raise)).toMatchObject({ escalation: 'restart', alarm: { calls: 1 } });
    const there = alarmIn('acknowledged', { rule: 'fall', arrived: { by: ann, responder: null, at: earlier } });
    expect(transition(there, subject('fall'), raise, now).outcome).toBe('ignored');
    expect(transition(null, subject('fall'), raise, now).outcome).toBe('ignored');
    expect(transition(alarmIn('closed', { rule: 'fall' }), subject('fall'), raise, now).outcome).toBe('ignored');
  });

  test('a raise for a closed alarm opens a new one and leaves the closed one alone', () => {
    expect(change(alarmIn('closed'), high.raise).alarm).toMatchObject({ id: 'alarm-2', calls: 1, state: { value: 'unacknowledged' } });
  });

  test('a further call ends the visit for the earlier one, but who is on the way still is', () => {
    const sent = { by: ann, responder: 'cao' as PersonId, at: earlier };
    expect(change(alarmIn('acknowledged', { dispatched: sent }), high.raise).alarm.dispatched).toEqual(sent);
    expect(change(alarmIn('acknowledged', { dispatched: sent, arrived: sent }), high.raise).alarm).toMatchObject({
      dispatched: null,
      arrived: null,
    });
  });

  test("the wearer's cancel closes a fall's pre-alert", () => {
    for (const state of ['unacknowledged', 'acknowledged'] as const) {
      const result = change(preAlert(state), { type: 'cancel', reason: reason('fall-cancelled') });
      expect(cellOf(result)).toBe('C: cancelled, closed; told-returned');
      expect(result.alarm.state).toMatchObject({
        by: { type: 'device' },
        disposition: { cause: 'cancelled-by-resident', outcome: 'no-action-needed' },
      });
    }
  });

  test('a cancel does not close a pre-alert to which somebody was sent, nor a fall that is an alarm', () => {
    const sent = { by: ann, responder: null, at: earlier };
    expect(cellOf(change(preAlert('acknowledged', { dispatched: sent }), high.cancel))).toBe('A: cancelled; none');
    expect(cellOf(change(alarmIn('unacknowledged', { rule: 'fall' }), high.cancel))).toBe('U: cancelled; none');
  });

  test.each(['acknowledge', 'going', 'dispatch', 'resolve'] as const)('a machine may not %s', (type) => {
    for (const by of [{ type: 'gateway' }, { type: 'device', device: 'd1' as DeviceId }] satisfies Actor[]) {
      const result = transition(alarmIn('unacknowledged'), subject(), { ...high[type], by } as AlarmInput, now);
      expect(cellOf(result)).toBe('refused call-needs-a-person');
    }
  });

  test('a responder may report the arrival at the unit on the wall', () => {
    const by: Actor = { type: 'device', device: 'd1' as DeviceId };
    expect(cellOf(change(alarmIn('acknowledged'), { type: 'arrive', by, responder: null }))).toBe('A: arrived; none');
  });
});

describe('answers', () => {
  test('the same person acknowledging twice is no news; a second person is recorded and the first stays', () => {
    const alarm = alarmIn('acknowledged');
    expect(transition(alarm, subject(), { type: 'acknowledge', by: ann }, now).outcome).toBe('ignored');
    expect(change(alarm, high.acknowledge).alarm.state).toMatchObject({ by: ann });
  });

  test('"I am going" puts the responder on the way; a later dispatch replaces who is sent', () => {
    const going = change(alarmIn('unacknowledged'), high.going).alarm;
    expect(going.dispatched).toEqual({ by: ben, responder: 'ben', at: now });
    expect(change(going, high.dispatch).alarm.dispatched?.responder).toBe('cao');
  });

  test('the first arrival is the one that counts', () => {
    const first = change(alarmIn('unacknowledged'), high.arrive).alarm;
    expect(change(first, high.arrive, 'button', instant(now + 1)).alarm.arrived?.at).toBe(now);
  });

  const sentCao = { by: ann, responder: 'cao' as PersonId, at: earlier };
  test.each<[name: string, over: Partial<Alarm>, person: string, expected: string]>([
    ['who acknowledged, with nobody sent', {}, 'ann', 'U: declined, unacknowledged; restart'],
    ['who was sent', { dispatched: sentCao }, 'cao', 'U: declined, unacknowledged; restart'],
    ['who acknowledged, with another on the way', { dispatched: sentCao }, 'ann', 'A: declined; none'],
    ['somebody else', {}, 'dai', 'A: declined; none'],
    ['who was sent and has arrived', { dispatched: sentCao, arrived: sentCao }, 'cao', 'A: declined; none'],
  ])('"I can\'t" from %s', (_name, over, person, expected) => {
    expect(cellOf(change(alarmIn('acknowledged', over), { type: 'decline', by: ben, person: person as PersonId }))).toBe(expected);
  });

  test('who was sent and declines is no longer on the way', () => {
    const declined = change(alarmIn('acknowledged', { dispatched: sentCao }), { type: 'decline', by: ben, person: 'cao' as PersonId });
    expect(declined.alarm.dispatched).toBeNull();
  });

  test('is reopened while nobody has arrived, not afterwards, nor once the condition is over', () => {
    expect(change(alarmIn('acknowledged', { dispatched: sentCao }), high.reopen)).toMatchObject({
      escalation: 'restart',
      alarm: { dispatched: sentCao },
    });
    expect(transition(alarmIn('acknowledged', { arrived: sentCao }), subject(), high.reopen, now).outcome).toBe('ignored');
    const over = alarmIn({ value: 'acknowledged', since: earlier, by: ann, returned: true }, { rule: 'out-of-bed' });
    expect(transition(over, subject(), high.reopen, now).outcome).toBe('ignored');
  });
});

describe('conditions that end, and quiet', () => {
  const bed = (state: AlarmStateValue | AlarmState, over: Partial<Alarm> = {}) => alarmIn(state, { rule: 'out-of-bed', ...over });

  test.each<[AlarmStateValue, Priority, string]>([
    ['unacknowledged', 'medium', 'R: returned; told-returned'],
    ['acknowledged', 'medium', 'C: returned, closed; told-returned'],
    ['shelved', 'medium', 'C: returned, closed; told-returned'],
    ['suppressed', 'low', 'R: returned; told-returned'],
  ])('a return in %s of priority %s', (state, priority, expected) => {
    expect(cellOf(change(bed(state, { priority }), high.return))).toBe(expected);
  });

  test('an acknowledgement closes what is over and not high, unless somebody is on the way', () => {
    const over = bed('returned-unacknowledged', { priority: 'medium' });
    expect(cellOf(change(over, high.acknowledge))).toBe('C: acknowledged, closed; stop');
    expect(cellOf(change(over, high.going))).toBe('A returned: acknowledged, going; stop');
    const sent = { by: ann, responder: null, at: earlier };
    expect(cellOf(change(bed('acknowledged', { priority: 'medium', dispatched: sent }), high.return))).toBe(
      'A returned: returned; told-returned',
    );
  });

  test('a second return is no news', () => {
    const over = bed({ value: 'acknowledged', since: earlier, by: ann, returned: true });
    expect(transition(over, subject('out-of-bed'), high.return, now).outcome).toBe('ignored');
  });

  test('a condition that comes back after its end is loud again', () => {
    const over = bed({ value: 'acknowledged', since: earlier, by: ann, returned: true });
    expect(cellOf(change(over, high.raise))).toBe('U: raised-again, unacknowledged; restart');
  });

  test('a pre-alert of medium priority becomes a high alarm, wherever it stands', () => {
    const raise: AlarmInput = { type: 'raise', priority: 'high', stage: 'alarm', reason: reason('out-of-bed-too-long') };
    const medium = { stage: 'pre-alert', priority: 'medium' } as const;
    expect(change(bed('unacknowledged', medium), raise)).toMatchObject({
      escalation: 'restart',
      alarm: { priority: 'high', stage: 'alarm', calls: 1 },
    });
    expect(cellOf(change(bed('acknowledged', medium), raise))).toBe('U: priority-raised, unacknowledged; restart');
  });

  test('a lower raise never lowers an alarm', () => {
    const raise: AlarmInput = { type: 'raise', priority: 'medium', stage: 'pre-alert', reason: reason('out-of-bed-long') };
    expect(transition(bed('unacknowledged'), subject('out-of-bed'), raise, now).outcome).toBe('ignored');
    expect(change(bed('returned-unacknowledged'), raise).alarm).toMatchObject({ priority: 'high', stage: 'alarm' });
  });

  test.each(['shelve', 'suppress', 'take-out-of-service'] as const)('a pre-alert cannot be quieted: %s', (type) => {
    expect(cellOf(transition(bed('unacknowledged', { stage: 'pre-alert' }), subject('out-of-bed'), high[type], now))).toBe(
      'refused pre-alert-cannot-be-quieted',
    );
  });

  test.each([
    [0, 'refused shelf-time-past'],
    [1, 'S: shelved; stop'],
    [24 * hour, 'S: shelved; stop'],
    [24 * hour + 1, 'refused shelf-time-too-long'],
  ])('a shelf of %i ms', (ms, expected) => {
    expect(
      cellOf(transition(bed('unacknowledged'), subject('out-of-bed'), { type: 'shelve', by: ben, until: instant(now + ms) }, now)),
    ).toBe(expected);
  });
});
