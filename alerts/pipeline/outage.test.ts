import { expect, test } from 'vitest';
import type { AlarmId } from '../../domain/ids.ts';
import { alarmIdSchema, homeIdSchema } from '../../domain/ids.ts';
import { after, instant, minutes, seconds } from '../../domain/instant.ts';
import { createOutageWatch } from './outage.ts';

const alarm = (n: number): AlarmId => alarmIdSchema.parse(`alarm-${n}`);
const home = (n: number) => homeIdSchema.parse(`home-${n}`);
const start = instant(1_000_000);
const allOpen = (): boolean => true;

test('four homes are four faults; the fifth makes it one outage, for which the first one stands', () => {
  const watch = createOutageWatch();
  const verdicts = [1, 2, 3, 4, 5, 6].map((n) => watch.take(alarm(n), home(n), after(start, seconds(n)), allOpen));
  expect(verdicts.map(({ type }) => type)).toEqual(['single', 'single', 'single', 'single', 'begins', 'belongs']);
  expect(verdicts.slice(4)).toMatchObject([
    { case: alarm(1), homes: 5 },
    { case: alarm(1), homes: 6 },
  ]);
});

test('many devices of one home are no outage', () => {
  const watch = createOutageWatch();
  for (let n = 1; n <= 20; n += 1) expect(watch.take(alarm(n), home(1), start, allOpen).type).toBe('single');
});

test('homes that fail one by one over an hour are no outage', () => {
  const watch = createOutageWatch();
  for (let n = 1; n <= 12; n += 1) expect(watch.take(alarm(n), home(n), after(start, minutes(5 * n)), allOpen).type).toBe('single');
});

test('when the alarm that stood for the outage has ended, another takes its place rather than nobody', () => {
  const watch = createOutageWatch();
  for (let n = 1; n <= 5; n += 1) watch.take(alarm(n), home(n), start, allOpen);
  const verdict = watch.take(alarm(6), home(6), start, (id) => id !== alarm(1));
  expect(verdict.type).toBe('single');
  expect(watch.take(alarm(7), home(7), start, (id) => id !== alarm(1))).toMatchObject({ type: 'belongs', case: alarm(6) });
});
