import { expect, test } from 'vitest';
import { inShanghai, toldOf, type Word } from './story-table.ts';
import { wanderingRule } from './wandering.ts';

const out = 'raise high alarm out-at-night';
const gone = 'raise high alarm tag-gone';
const inBed: Word = [0, { occupied: true }, 'pad'];
const leaves: Word = [30, { occupied: false }, 'pad'];
const opens: Word = [31, { open: true }, 'door'];

const cases: [name: string, words: Word[], expected: string[], hour?: number][] = [
  ['leaves the bed, opens the door, is not back', [inBed, leaves, opens], [`41 ${out}`]],
  ['is back in bed in time', [inBed, leaves, opens, [38, { occupied: true }, 'pad']], []],
  ['is back after the alarm', [inBed, leaves, opens, [60, { occupied: true }, 'pad']], [`41 ${out}`, '60.13 return wanderer-back']],
  ['somebody else opened the door', [inBed, opens], []],
  ['by day a door may be opened', [inBed, leaves, opens], [], 10],
  ['a door that was open and says so again', [[-0, { open: true }, 'door'], inBed, leaves, opens], [], 20.8],
  ['a closed door is nothing', [inBed, leaves, [31, { open: false }, 'door']], []],
  [
    'the tag is out of reach',
    [
      [0, { near: true }, 'tag'],
      [20, { near: false }, 'tag'],
    ],
    [`25 ${gone}`],
  ],
  ['by day as well', [[20, { near: false }, 'tag']], [`25 ${gone}`], 10],
  [
    'for a moment only',
    [
      [20, { near: false }, 'tag'],
      [23, { near: true }, 'tag'],
    ],
    [],
  ],
  [
    'and comes back',
    [
      [20, { near: false }, 'tag'],
      [40, { near: true }, 'tag'],
    ],
    [`25 ${gone}`, '40 return wanderer-back'],
  ],
  [
    'the tag says again and again that it is gone',
    [
      [20, { near: false }, 'tag'],
      [22, { near: false }, 'tag'],
      [60, { near: false }, 'tag'],
    ],
    [`25 ${gone}`],
  ],
];
test.each(cases)('%s', (_name, words, expected, hour = 22) => {
  const start = inShanghai(Math.floor(hour), Math.round((hour % 1) * 60));
  expect(toldOf(wanderingRule, { start, numbers: { wandering: { enabled: true } } }, words, 200)).toEqual(expected);
});

test('switched off it says nothing', () => {
  expect(toldOf(wanderingRule, { start: inShanghai(22) }, [inBed, leaves, opens], 200)).toEqual([]);
});
