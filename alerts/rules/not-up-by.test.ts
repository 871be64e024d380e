import { expect, test } from 'vitest';
import { notUpByRule } from './not-up-by.ts';
import { inShanghai, toldOf, type Word } from './story-table.ts';

const raise = 'raise medium alarm not-up-yet';
const up = 'return got-up';
const inBed: Word = [0, { occupied: true }];
/** Minutes from 22:00 to a time of the next morning. */
const next = (hour: number, minute = 0): number => (hour + 2) * 60 + minute;

const cases: [name: string, words: Word[], expected: string[], numbers?: object][] = [
  ['still in bed at ten', [inBed], [`${next(10)} ${raise}`]],
  ['got up at seven', [inBed, [next(7), { occupied: false }]], []],
  ['up at six for half an hour, then back to bed', [inBed, [next(6), { occupied: false }], [next(6, 30), { occupied: true }]], []],
  ['up at three: that was the night', [inBed, [next(3), { occupied: false }], [next(3, 40), { occupied: true }]], [`${next(10)} ${raise}`]],
  [
    'ten minutes in the bathroom are no getting up',
    [inBed, [next(8), { occupied: false }], [next(8, 10), { occupied: true }]],
    [`${next(10)} ${raise}`],
  ],
  [
    'in the bathroom at ten, and back in bed',
    [inBed, [next(9, 55), { occupied: false }], [next(10, 3), { occupied: true }]],
    [`${next(10, 10)} ${raise}`],
  ],
  ['in the bathroom at ten, and up', [inBed, [next(9, 55), { occupied: false }]], []],
  ['gets up after the alarm', [inBed, [next(11), { occupied: false }]], [`${next(10)} ${raise}`, `${next(11) + 0.13} ${up}`]],
  [
    'the pad flickers at ten',
    [inBed, [next(10) - 0.05, { occupied: false }], [next(10) + 0.02, { occupied: true }]],
    [`${next(10)} ${raise}`],
  ],
  ['an early riser’s hour', [inBed], [`${next(7)} ${raise}`], { by: '07:00' }],
  ['switched off', [inBed], [], { enabled: false }],
  ['no pad has ever spoken', [[0, { motion: true }]], []],
  ['went to bed in the morning only', [[next(7), { occupied: true }]], []],
];
test.each(cases)('%s', (_name, words, expected, own = {}) => {
  const options = { start: inShanghai(22), numbers: { notUpBy: { enabled: true, ...own } } };
  expect(toldOf(notUpByRule, options, words, next(14))).toEqual(expected);
});

test('is asked anew each day', () => {
  const words: Word[] = [inBed, [next(12), { occupied: false }], [next(22), { occupied: true }]];
  const told = toldOf(notUpByRule, { start: inShanghai(22), numbers: { notUpBy: { enabled: true } } }, words, next(36));
  expect(told.map((line) => line.split(' ')[1])).toEqual(['raise', 'return', 'raise']);
});
