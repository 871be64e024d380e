import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Actor, type Alarm, alarmSchema, priorities, type Priority, type Reason, type RuleName } from '../../domain/alarm.ts';
import type { DeviceId } from '../../domain/ids.ts';
import { instant } from '../../domain/instant.ts';
import type { AlarmInput, AlarmTransition } from './input.ts';
import { type AlarmInputType, ann, ben, high, hour, now, reason, subject } from './samples.ts';
import { transition } from './transition.ts';

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

  interface Step {
    readonly input: AlarmInput;
    readonly before: Alarm | null;
    readonly result: AlarmTransition;
  }
  /** Plays the inputs to one alarm after another, and gives every step. */
  const play = (name: RuleName, inputs: readonly AlarmInput[]): Step[] => {
    let before: Alarm | null = null;
    return inputs.map((one) => {
      const step: Step = { input: one, before, result: transition(before, subject(name), one, now) };
      if (step.result.outcome === 'changed') before = step.result.alarm;
      return step;
    });
  };
  const changes = (steps: readonly Step[]) =>
    steps.flatMap(({ input: given, before, result }) => (result.outcome === 'changed' ? [{ ...result, given, before }] : []));

  test('every result is a valid alarm, and every change is a line in its log', () => {
    fc.assert(
      fc.property(rule, fc.array(input, { maxLength: 30 }), (name, inputs) => {
        for (const { alarm, events } of changes(play(name, inputs))) {
          expect(events.length).toBeGreaterThan(0);
          expect(alarmSchema.parse(alarm)).toEqual(alarm);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('the alarm that was is never changed in place', () => {
    fc.assert(
      fc.property(rule, fc.array(input, { maxLength: 30 }), input, (name, inputs, last) => {
        const before = changes(play(name, inputs)).at(-1)?.alarm ?? null;
        const copy = structuredClone(before);
        transition(before, subject(name), last, now);
        expect(before).toEqual(copy);
      }),
    );
  });

  test('calls, stage and priority never go down while an alarm is open, and its escalation is started once', () => {
    fc.assert(
      fc.property(rule, fc.array(input, { maxLength: 30 }), (name, inputs) => {
        for (const { alarm, before, escalation } of changes(play(name, inputs))) {
          if (before === null || before.state.value === 'closed') continue;
          expect(alarm.calls).toBeGreaterThanOrEqual(before.calls);
          expect(priorities.indexOf(alarm.priority)).toBeLessThanOrEqual(priorities.indexOf(before.priority));
          expect([before.stage, alarm.stage]).not.toEqual(['alarm', 'pre-alert']);
          expect(escalation).not.toBe('start');
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a call for help is closed only by a person's resolve or a fall's cancel in its window, and is never quieted", () => {
    fc.assert(
      fc.property(fc.constantFrom<RuleName>('button', 'fall'), fc.array(input, { maxLength: 30 }), (name, inputs) => {
        for (const { alarm, before, given } of changes(play(name, inputs))) {
          expect(['unacknowledged', 'acknowledged', 'closed']).toContain(alarm.state.value);
          const closes = alarm.state.value === 'closed' && before?.state.value !== 'closed';
          const byPerson = given.type === 'resolve' && (given.by.type === 'person' || given.by.type === 'token');
          const inWindow = given.type === 'cancel' && name === 'fall' && before?.stage === 'pre-alert';
          expect(!closes || byPerson || inWindow).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a call is told: every press starts, calls again or restarts the escalation', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 20 }), (inputs) => {
        const presses = play('button', inputs).filter(({ input: one }) => one.type === 'raise' && one.reason.code === 'pressed');
        for (const { result } of presses) {
          expect(result.outcome === 'changed' && ['start', 'call-again', 'restart'].includes(result.escalation)).toBe(true);
        }
      }),
    );
  });
});
