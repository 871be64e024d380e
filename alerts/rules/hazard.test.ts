import { expect, test } from 'vitest';
import { gasRule } from './gas.ts';
import { leakRule } from './leak.ts';
import { smokeRule } from './smoke.ts';
import { toldOf, type Word } from './story-table.ts';

const smoke = 'raise high alarm smoke';
const cases: [name: string, words: Word[], expected: string[]][] = [
  ['at once', [[0, { smoke: true }]], [`0 ${smoke}`]],
  [
    'repeated is the same',
    [
      [0, { smoke: true }],
      [1, { smoke: true }],
      [9, { smoke: true }],
    ],
    [`0 ${smoke}`],
  ],
  [
    'over after two clear minutes',
    [
      [0, { smoke: true }],
      [3, { smoke: false }],
    ],
    [`0 ${smoke}`, '5 return smoke-gone'],
  ],
  [
    'in bursts is one alarm',
    [
      [0, { smoke: true }],
      [1, { smoke: false }],
      [2, { smoke: true }],
      [3, { smoke: false }],
    ],
    [`0 ${smoke}`, '5 return smoke-gone'],
  ],
  [
    'a second detector is told too',
    [
      [0, { smoke: true }, 'a'],
      [1, { smoke: true }, 'b'],
    ],
    [`0 ${smoke}`, `1 ${smoke}`],
  ],
  [
    'over only when all are clear',
    [
      [0, { smoke: true }, 'a'],
      [1, { smoke: true }, 'b'],
      [2, { smoke: false }, 'a'],
    ],
    [`0 ${smoke}`, `1 ${smoke}`],
  ],
  [
    'a clear that was lost does not swallow the next fire',
    [
      [0, { smoke: true }],
      [600, { smoke: true }],
    ],
    [`0 ${smoke}`, `600 ${smoke}`],
  ],
  ['clear from the start is nothing', [[0, { smoke: false }]], []],
];
test.each(cases)('smoke %s', (_name, words, expected) => {
  expect(toldOf(smokeRule, {}, words, 1_000)).toEqual(expected);
});

test('gas is urgent, water is not, and only water can be switched off', () => {
  expect(toldOf(gasRule, {}, [[0, { gas: true }]], 1)).toEqual(['0 raise high alarm gas']);
  expect(toldOf(leakRule, {}, [[0, { leak: true }]], 1)).toEqual(['0 raise medium alarm leak']);
  expect(toldOf(leakRule, { numbers: { leak: { enabled: false } } }, [[0, { leak: true }]], 1)).toEqual([]);
});
