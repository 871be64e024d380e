import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Actor,
  type Alarm,
  type AlarmState,
  type AlarmStateValue,
  alarmEventSchema,
  alarmSchema,
  type Priority,
  type Reason,
  type RuleName,
} from '../../domain/alarm.ts';
import type { AlarmId, BedId, DeviceId, HomeId, PersonId } from '../../domain/ids.ts';
import { type Instant, instant } from '../../domain/instant.ts';
import type { AlarmInput, AlarmInputType, AlarmSubject, AlarmTransition } from './input.ts';
import { transition } from './transition.ts';

const now = instant(1_800_000_000_000);
const earlier = instant(now - 600_000);
const ann: Actor = { type: 'person', person: 'ann' as PersonId };
const ben: Actor = { type: 'person', person: 'ben' as PersonId };
const hour = 3_600_000;

const reason = (code: Reason['code'] = 'pressed'): Reason => ({ code, device: 'd1' as DeviceId, since: earlier, numbers: {} });
const subject = (rule: RuleName = 'button'): AlarmSubject => ({
  id: 'alarm-2' as AlarmId,
  case: 'alarm-2' as AlarmId,
  rule,
  home: 'h1' as HomeId,
  bed: 'b1' as BedId,
  device: 'd1' as DeviceId,
});
const states: Record<AlarmStateValue, AlarmState> = {
  unacknowledged: { value: 'unacknowledged', since: earlier },
  acknowledged: { value: 'acknowledged', since: earlier, by: ann, returned: false },
  'returned-unacknowledged': { value: 'returned-unacknowledged', since: earlier },
  shelved: { value: 'shelved', since: earlier, until: instant(now + hour), by: ann },
  suppressed: { value: 'suppressed', since: earlier, why: 'flood' },
  'out-of-service': { value: 'out-of-service', since: earlier, by: ann },
  closed: { value: 'closed', since: earlier, by: ann, disposition: { cause: 'accidental', outcome: 'no-action-needed', note: '' } },
};
const alarmIn = (state: AlarmStateValue | AlarmState, over: Partial<Alarm> = {}): Alarm => ({
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
const disposition = { cause: 'assist', outcome: 'visited-safe', note: '' } as const;

/** One input of every type, as a person other than the first would give it. */
const inputsFor = (priority: Priority): Record<AlarmInputType, AlarmInput> => ({
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
const high = inputsFor('high');

const letters: Record<AlarmStateValue, string> = {
  unacknowledged: 'U',
  acknowledged: 'A',
  'returned-unacknowledged': 'R',
  shelved: 'S',
  suppressed: 'P',
  'out-of-service': 'O',
  closed: 'C',
};
/** A transition as a cell of the tables in docs/life-of-an-alarm.md. */
const cellOf = (result: AlarmTransition): string => {
  if (result.outcome === 'ignored') return 'ignored';
  if (result.outcome === 'refused') return `refused ${result.code}`;
  const { state } = result.alarm;
  const name = state.value === 'acknowledged' && state.returned ? 'A returned' : letters[state.value];
  return `${name}: ${result.events.map(({ type }) => type).join(', ')}; ${result.escalation}`;
};

const page = readFileSync(new URL('../../docs/life-of-an-alarm.md', import.meta.url), 'utf8');
/** The written table under a heading: by input, then by state's letter. */
const written = (heading: string): Map<string, Map<string, string>> => {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  const [head = [], , ...body] = rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return new Map(
    body.map(([input = '', ...cells]) => [input.replaceAll('`', ''), new Map(cells.map((cell, i) => [head[i + 1] ?? '', cell]))]),
  );
};

describe.each<[heading: string, rule: RuleName, priority: Priority]>([
  ['Calls for help', 'button', 'high'],
  ['Other alarms, high', 'out-of-bed', 'high'],
  ['Technical alarms', 'device-offline', 'technical'],
])('%s: every state by every input is as written', (heading, rule, priority) => {
  const table = written(heading);
  const inputs = Object.entries(inputsFor(priority));
  const columns: [letter: string, value: AlarmStateValue | null][] = [
    ['—', null],
    ...Object.entries(letters).map(([value, letter]): [string, AlarmStateValue] => [letter, value as AlarmStateValue]),
  ];

  test('the page has a row for each input and a column for each state, and no others', () => {
    expect([...table.keys()].toSorted()).toEqual(inputs.map(([type]) => type).toSorted());
    for (const row of table.values()) expect([...row.keys()].toSorted()).toEqual(columns.map(([letter]) => letter).toSorted());
  });

  test.each(inputs.flatMap(([type, input]) => columns.map(([letter, value]) => [type, letter, input, value] as const)))(
    '%s in %s',
    (type, letter, input, value) => {
      const alarm = value === null ? null : alarmIn(value, { rule, priority });
      const result = transition(alarm, subject(rule), input, now, 5);
      expect(cellOf(result)).toBe(table.get(type)?.get(letter));
      if (result.outcome !== 'changed') return;
      alarmSchema.parse(result.alarm);
      for (const one of result.events) expect(alarmEventSchema.parse(one)).toMatchObject({ at: now, lateMs: 5 });
    },
  );
});

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

describe('whatever happens', () => {
  const actor = fc.constantFrom<Actor>(
    ann,
    ben,
    { type: 'gateway' },
    { type: 'device', device: 'd1' as DeviceId },
    { type: 'token', token: 't' },
  );
  const codes = fc.constantFrom<Reason['code']>(
    'pressed',
    'fall-suspected',
    'fall-not-cancelled',
    'fall-confirmed',
    'long-lie',
    'out-of-bed-too-long',
    'silent',
  );
  const input: fc.Arbitrary<AlarmInput> = fc
    .record({
      type: fc.constantFrom(...(Object.keys(high) as AlarmInputType[])),
      by: actor,
      code: codes,
      stage: fc.constantFrom('pre-alert' as const, 'alarm' as const),
      priority: fc.constantFrom<Priority>('high', 'medium', 'technical'),
      ms: fc.integer({ min: -10, max: 25 * hour }),
    })
    .map(({ type, by, code, stage, priority, ms }): AlarmInput => {
      const base = high[type];
      if (base.type === 'raise') return { ...base, stage, priority, reason: reason(code) };
      if (base.type === 'shelve') return { ...base, by, until: instant(now + ms) };
      return 'by' in base ? { ...base, by } : base;
    });
  const rule = fc.constantFrom<RuleName>('button', 'fall', 'out-of-bed', 'device-offline', 'battery-low');

  test('every result is a valid alarm, every change is a line in its log, and what is kept is never changed in place', () => {
    fc.assert(
      fc.property(rule, fc.array(input, { maxLength: 30 }), (name, inputs) => {
        let alarm: Alarm | null = null;
        for (const one of inputs) {
          const before: Alarm | null = alarm;
          const copy = structuredClone(before);
          const result = transition(before, subject(name), one, now);
          expect(before).toEqual(copy);
          if (result.outcome !== 'changed') continue;
          expect(result.events.length).toBeGreaterThan(0);
          expect(alarmSchema.parse(result.alarm)).toEqual(result.alarm);
          const continued = before !== null && before.state.value !== 'closed';
          if (continued) {
            expect(result.alarm.calls).toBeGreaterThanOrEqual(before.calls);
            if (before.stage === 'alarm') expect(result.alarm.stage).toBe('alarm');
            expect(result.escalation).not.toBe('start');
          }
          alarm = result.alarm;
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a call for help is closed only by a person's resolve or a fall's cancel in its window, and is never quieted", () => {
    fc.assert(
      fc.property(fc.constantFrom<RuleName>('button', 'fall'), fc.array(input, { maxLength: 30 }), (name, inputs) => {
        let alarm: Alarm | null = null;
        for (const one of inputs) {
          const before: Alarm | null = alarm;
          const result = transition(before, subject(name), one, now);
          if (result.outcome !== 'changed') continue;
          const { value } = result.alarm.state;
          expect(['unacknowledged', 'acknowledged', 'closed']).toContain(value);
          if (value === 'closed' && before?.state.value !== 'closed') {
            const byPerson = one.type === 'resolve' && (one.by.type === 'person' || one.by.type === 'token');
            const inWindow = one.type === 'cancel' && name === 'fall' && before?.stage === 'pre-alert';
            expect(byPerson || inWindow).toBe(true);
          }
          alarm = result.alarm;
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a call is told: a raise of a further call starts, calls again or restarts the escalation', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 20 }), (inputs) => {
        let alarm: Alarm | null = null;
        for (const one of inputs) {
          const result = transition(alarm, subject('button'), one, now);
          if (one.type === 'raise' && one.reason.code === 'pressed') {
            expect(result.outcome === 'changed' && ['start', 'call-again', 'restart'].includes(result.escalation)).toBe(true);
          }
          if (result.outcome === 'changed') alarm = result.alarm;
        }
      }),
    );
  });
});
