import { expect, test } from 'vitest';
import type { Facts } from '../../domain/reading.ts';
import { restlessRule } from './restless.ts';
import { inShanghai, toldOf, type Word } from './story-table.ts';

const raise = 'raise low alarm restless';
const every = (minutes: number, from: number, to: number, facts: Facts): Word[] =>
  Array.from({ length: Math.floor((to - from) / minutes) + 1 }, (_, i) => [from + i * minutes, facts] as const);
const inBed: Word = [0, { occupied: true }];
const options = { start: inShanghai(23), numbers: { restless: { enabled: true, movingMinutes: 5, ofMinutes: 20 } } };

const cases: [name: string, words: Word[], expected: string[]][] = [
  ['moves in 5 of 20 minutes', [inBed, ...every(2, 2, 30, { movement: 40 })], [`10 ${raise}`, '46 return calm-again']],
  ['moves in 4 of 20 minutes', [inBed, ...every(5, 5, 60, { movement: 40 })], []],
  ['moves often within one minute', [inBed, ...every(0.1, 2, 2.8, { movement: 40 })], []],
  ['lies still, with small movements', [inBed, ...every(1, 2, 60, { movement: 5 })], []],
  ['turns often', [inBed, ...every(1, 2, 6, { turned: true })], [`6 ${raise}`, '24 return calm-again']],
  ['motion of the pad itself counts', [inBed, ...every(1, 2, 6, { motion: true })], [`6 ${raise}`, '24 return calm-again']],
  ['motion in the room does not', [inBed, ...every(1, 2, 9, { motion: true }).map(([at, facts]): Word => [at, facts, 'room'])], []],
  [
    'the pad flickers',
    [
      inBed,
      ...every(1, 2, 6, { occupied: false }).flatMap(([at, facts]): Word[] => [
        [at, facts],
        [at + 0.05, { occupied: true }],
      ]),
    ],
    [`6.05 ${raise}`, '24 return calm-again'],
  ],
  [
    'moves, and then leaves the bed',
    [inBed, ...every(1, 2, 6, { turned: true }), [7, { occupied: false }]],
    [`6 ${raise}`, '7.13 return calm-again'],
  ],
  ['moves while not in bed', [[0, { occupied: false }], ...every(1, 2, 9, { movement: 90 })], []],
];
test.each(cases)('%s', (_name, words, expected) => {
  expect(toldOf(restlessRule, options, words, 200)).toEqual(expected);
});
