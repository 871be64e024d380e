import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { hours, type Instant, instant, minutes, seconds } from '../../../domain/instant.ts';
import { betweenClockTimes, nextClockTime, sayBetween } from './between-clock-times.ts';
import { during } from './during.ts';
import { heldFor, sayHours, sayMinutes, saySeconds } from './held-for.ts';
import { oneMore, type Row } from './in-a-row.ts';
import { countOf, fewerFrom, sayNOfM, withMark } from './n-of-m.ts';
import { within } from './within.ts';
import { without } from './without.ts';

const at = (local: string, zone = 'Asia/Shanghai'): Instant => DateTime.fromISO(local, { zone }).toMillis() as Instant;
const t = instant(1_000_000);
const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'];
const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const anyInstant = fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2028, 0) }).map(instant);

describe('for, without and within', () => {
  test.each([
    [null, 0, false],
    [t, 0, false],
    [t, 59_999, false],
    [t, 60_000, true],
  ])('what began at %s has held for a minute %i ms later: %s', (since, later, expected) => {
    expect(heldFor(since, minutes(1), instant(t + later))).toBe(expected);
    expect(without(since, minutes(1), instant(t + later))).toBe(expected);
  });
  test.each([
    [0, true],
    [999, true],
    [1_000, false],
    [-1, false],
  ])('%i ms later is within a second: %s', (later, expected) => {
    expect(within(t, instant(t + later), seconds(1))).toBe(expected);
  });
});

describe('between clock times', () => {
  test.each([
    ['2026-01-10T20:59', null],
    ['2026-01-10T21:00', ['2026-01-10T21:00', '2026-01-11T06:00']],
    ['2026-01-11T05:59', ['2026-01-10T21:00', '2026-01-11T06:00']],
    ['2026-01-11T06:00', null],
  ] as const)('%s between 21:00 and 06:00', (local, expected) => {
    const found = betweenClockTimes(at(local), '21:00', '06:00', 'Asia/Shanghai');
    expect(found).toEqual(expected === null ? null : { from: at(expected[0]), to: at(expected[1]) });
  });

  test.each([
    ['2026-01-10T09:59', '10:00', 'Asia/Shanghai', '2026-01-10T10:00'],
    ['2026-01-10T10:00', '10:00', 'Asia/Shanghai', '2026-01-11T10:00'],
    ['2026-01-10T23:59', '24:00', 'Asia/Shanghai', '2026-01-11T00:00'],
    ['2026-03-28T12:00', '02:30', 'Europe/Berlin', '2026-03-29T03:30'],
    ['2026-10-24T12:00', '02:30', 'Europe/Berlin', '2026-10-25T02:30+02:00'],
  ])('after %s the clock shows %s in %s at %s', (local, time, zone, expected) => {
    expect(nextClockTime(at(local, zone), time, zone)).toBe(at(expected, zone));
  });

  test('the next time is after now and at most a day and a clock change away; any instant lies in its own period', () => {
    fc.assert(
      fc.property(anyInstant, clockTime, clockTime, fc.constantFrom(...zones), (now, from, to, zone) => {
        const next = nextClockTime(now, from, zone);
        expect(next).toBeGreaterThan(now);
        expect(next - now).toBeLessThanOrEqual(hours(26));
        const period = betweenClockTimes(now, from, to, zone);
        if (period !== null) expect(during(now, period)).toBe(true);
        expect(during(null, period)).toBe(false);
      }),
    );
    expect(during(t, null)).toBe(false);
  });
});

describe('n of m', () => {
  test('counts among the last m, and forgets the rest', () => {
    const marks = [1, 5, 6, 6, 4, 12].reduce<readonly number[]>((all, mark) => withMark(all, mark, 10), []);
    expect(marks).toEqual([5, 6, 12]);
    expect([countOf(marks, 12, 10), countOf(marks, 15, 10), countOf(marks, 22, 10)]).toEqual([3, 2, 0]);
    expect(withMark(marks, 12, 10)).toBe(marks);
  });
  test('says from when there are fewer, exactly', () => {
    const marked = fc.uniqueArray(fc.nat(40), { minLength: 1 }).map((some) => some.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(marked, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 20 }), (marks, n, m) => {
        const from = fewerFrom(marks, n, m);
        const last = marks.at(-1) ?? 0;
        for (let current = last; current < last + m + 2; current += 1) expect(countOf(marks, current, m) < n).toBe(current >= from);
      }),
    );
  });
});

describe('in a row', () => {
  const count = (...gaps: number[]): number => {
    let now = t as number;
    let row: Row | null = oneMore(null, t, 5_000, 60_000);
    for (const gap of gaps) row = oneMore(row, instant((now += gap)), 5_000, 60_000);
    return row?.count ?? 0;
  };
  test.each([
    [[], 1],
    [[5_000, 5_000], 3],
    [[4_999], 1],
    [[10_000, 60_000], 1],
    [[10_000, 59_999], 3],
  ])('samples with gaps of %o ms make a row of %i', (gaps, expected) => {
    expect(count(...gaps)).toBe(expected);
  });
});

test('each says itself in both languages', () => {
  expect([sayBetween('21:00', '06:00', 'zh-CN'), sayBetween('21:00', '06:00', 'en')]).toEqual([
    '21:00 到 06:00 之间',
    'between 21:00 and 06:00',
  ]);
  expect([sayMinutes(1, 'en'), sayMinutes(2, 'en'), sayMinutes(2, 'zh-CN')]).toEqual(['1 minute', '2 minutes', '2 分钟']);
  expect([sayHours(1, 'en'), sayHours(5, 'zh-CN'), saySeconds(1, 'en'), saySeconds(30, 'zh-CN')]).toEqual([
    '1 hour',
    '5 小时',
    '1 second',
    '30 秒',
  ]);
  const nights = { 'zh-CN': '夜', en: 'nights' };
  expect([sayNOfM(3, 7, nights, 'zh-CN'), sayNOfM(3, 7, nights, 'en')]).toEqual(['最近 7 夜中有 3 夜', '3 of the last 7 nights']);
});
