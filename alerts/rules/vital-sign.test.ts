import { describe, expect, test } from 'vitest';
import type { Facts } from '../../domain/reading.ts';
import { breathingRateRule } from './breathing-rate.ts';
import { heartRateRule } from './heart-rate.ts';
import { toldOf, type Word } from './story-table.ts';

const row = (...facts: Facts[]): Word[] => facts.map((fact, i) => [i, fact] as const);
const bpm = (...rates: number[]): Facts[] => rates.map((heartRate) => ({ heartRate }));
const inBed: Facts = { occupied: true };
const high = 'raise medium alarm heart-rate-high';

describe('heart rate', () => {
  const cases: [name: string, words: Word[], expected: string[], numbers?: object][] = [
    ['three in a row above the limit', row(inBed, ...bpm(111, 115, 120)), [`3 ${high}`]],
    ['at the limit is well', row(inBed, ...bpm(110, 110, 110, 45, 45, 45)), []],
    ['two in a row and one within', row(inBed, ...bpm(120, 120, 80, 120, 120)), []],
    ['low is not high: the row begins anew', row(inBed, ...bpm(120, 120, 40)), []],
    ['below the limit', row(inBed, ...bpm(44, 43, 42)), ['3 raise medium alarm heart-rate-low']],
    ['at the red values of NEWS it is urgent', row(inBed, ...bpm(40, 39, 40)), ['3 raise high alarm heart-rate-low']],
    ['131 is urgent', row(inBed, ...bpm(131, 131, 131)), ['3 raise high alarm heart-rate-high']],
    ['it gets worse', row(inBed, ...bpm(120, 120, 120, 135, 135, 135)), [`3 ${high}`, '6 raise high alarm heart-rate-high']],
    ['said once while it lasts', row(inBed, ...bpm(120, 120, 120, 121, 122)), [`3 ${high}`]],
    ['well again after three', row(inBed, ...bpm(120, 120, 120, 80, 80, 80)), [`3 ${high}`, '6 return heart-rate-well']],
    ['not in bed', row({ occupied: false }, ...bpm(150, 150, 150)), []],
    ['no pad has spoken', row(...bpm(150, 150, 150)), []],
    ['in bed by the same message', row({ ...inBed, heartRate: 120 }, ...bpm(120, 120)), [`2 ${high}`]],
    ['leaving the bed breaks the row', row(inBed, ...bpm(120, 120), { occupied: false }, inBed, ...bpm(120)), []],
    ['0 is no measurement', row(inBed, ...bpm(0, 0, 0, 0)), []],
    ['a poor sample neither counts nor breaks', row(inBed, ...bpm(120, 120), { heartRate: 30, quality: 20 }, ...bpm(120)), [`4 ${high}`]],
    [
      'ten minutes without a sample break the row',
      [
        [0, inBed],
        [1, { heartRate: 120 }],
        [2, { heartRate: 120 }],
        [12, { heartRate: 120 }],
      ],
      [],
    ],
    [
      'samples of the same moment are one',
      [
        [0, inBed],
        [1, { heartRate: 120 }],
        [1.02, { heartRate: 120 }],
        [1.04, { heartRate: 120 }],
      ],
      [],
    ],
    ['this resident’s limits', row(inBed, ...bpm(120, 120, 120)), [], { highPerMinute: 125 }],
    ['as many samples as this resident needs', row(inBed, ...bpm(120)), [`1 ${high}`], { samples: 1 }],
    ['switched off', row(inBed, ...bpm(150, 150, 150)), [], { enabled: false }],
  ];
  test.each(cases)('%s', (_name, words, expected, own = {}) => {
    expect(toldOf(heartRateRule, { numbers: { heartRate: own } }, words, 60)).toEqual(expected);
  });
});

test('breathing too fast is urgent from 25 on, too slow from 8 down', () => {
  const breaths = (...rates: number[]): string[] =>
    toldOf(breathingRateRule, {}, row(inBed, ...rates.map((breathingRate) => ({ breathingRate }))), 60);
  expect(breaths(31, 31, 31)).toEqual(['3 raise high alarm breathing-high']);
  expect(breaths(9, 9, 9)).toEqual(['3 raise medium alarm breathing-low']);
  expect(breaths(9, 8, 8, 8)).toEqual(['3 raise medium alarm breathing-low', '4 raise high alarm breathing-low']);
  expect(breaths(26, 26, 26)).toEqual([]);
});
