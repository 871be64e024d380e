import { expect, test } from 'vitest';
import { notInBedByRule } from './not-in-bed-by.ts';
import { inShanghai, toldOf, type Word } from './story-table.ts';

const raise = 'raise medium alarm not-in-bed-yet';
/** The stories begin at 20:00; 23:30 is 210 minutes later. */
const cases: [name: string, words: Word[], expected: string[], numbers?: object][] = [
  ['up at half past eleven', [[0, { occupied: false }]], [`210 ${raise}`]],
  [
    'in bed at ten',
    [
      [0, { occupied: false }],
      [120, { occupied: true }],
    ],
    [],
  ],
  [
    'in bed at midnight',
    [
      [0, { occupied: false }],
      [240, { occupied: true }],
    ],
    [`210 ${raise}`, '240.13 return gone-to-bed'],
  ],
  [
    'in bed, and up again at that time',
    [
      [0, { occupied: true }],
      [200, { occupied: false }],
    ],
    [`210 ${raise}`],
  ],
  ['a pad that never spoke', [[0, { motion: true }]], []],
  ['another time', [[0, { occupied: false }]], [`60 ${raise}`], { by: '21:00' }],
  ['a time after midnight', [[0, { occupied: false }]], [`270 ${raise}`], { by: '00:30' }],
  ['switched off', [[0, { occupied: false }]], [], { enabled: false }],
];
test.each(cases)('%s', (_name, words, expected, own = {}) => {
  const options = { start: inShanghai(20), numbers: { notInBedBy: { enabled: true, ...own } } };
  expect(toldOf(notInBedByRule, options, words, 600)).toEqual(expected);
});
