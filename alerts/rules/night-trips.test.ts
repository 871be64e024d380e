import { expect, test } from 'vitest';
import { nightTripsRule } from './night-trips.ts';
import { inShanghai, toldOf, type Word } from './story-table.ts';

const raise = 'raise low alarm night-trips';
const start = inShanghai(20);
/** A trip of ten minutes at this many minutes after 20:00. */
const trip = (minute: number): Word[] => [
  [minute, { occupied: false }],
  [minute + 10, { occupied: true }],
];
const inBed: Word = [0, { occupied: true }];
const morning = 600;
const day = 1_440;

const cases: [name: string, words: Word[], expected: string[], numbers?: object][] = [
  ['three trips are told in the morning, not at night', [inBed, ...trip(120), ...trip(240), ...trip(360)], [`${morning} ${raise}`]],
  ['two are not', [inBed, ...trip(120), ...trip(240)], []],
  ['a trip before the night does not count', [inBed, ...trip(30), ...trip(120), ...trip(240)], []],
  ['the getting up at the end does not count', [inBed, ...trip(120), ...trip(240), [580, { occupied: false }]], []],
  ['a flicker is no trip', [inBed, ...trip(120), ...trip(240), [300, { occupied: false }], [300.1, { occupied: true }]], []],
  [
    'each such night is told',
    [inBed, ...trip(120), ...trip(240), ...trip(360), ...trip(day + 120), ...trip(day + 240), ...trip(day + 360)],
    [`${morning} ${raise}`, `${morning + day} ${raise}`],
  ],
  [
    'two nights of seven',
    [inBed, ...trip(120), ...trip(240), ...trip(360), ...trip(day + 120), ...trip(day + 240), ...trip(day + 360)],
    [`${morning + day} ${raise}`],
    { nights: 2 },
  ],
  ['switched off', [inBed, ...trip(120), ...trip(240), ...trip(360)], [], { enabled: false }],
];
test.each(cases)('%s', (_name, words, expected, own = {}) => {
  const numbers = { nightTrips: { enabled: true, ...own } };
  expect(toldOf(nightTripsRule, { start, numbers }, words, 3 * day)).toEqual(expected);
});
