import { describe, expect, test } from 'vitest';
import type { Facts } from '../../domain/reading.ts';
import { chatteringRule } from './chattering.ts';
import { clockWrongRule } from './clock-wrong.ts';
import { mainsLostRule } from './mains-lost.ts';
import { staleRule } from './stale.ts';
import { createStory } from './story.ts';
import { toldOf, type Word } from './story-table.ts';
import { tamperRule } from './tamper.ts';

/** A contact that opens and closes so many times, once every `everySeconds`. */
const flaps = (times: number, everySeconds: number, kind: keyof Facts = 'open'): Word[] =>
  Array.from({ length: times * 2 + 1 }, (_, i) => [(i * everySeconds) / 120, { [kind]: i % 2 === 1 }] as const);

describe('chattering', () => {
  const cases: [name: string, words: Word[], expected: string[]][] = [
    ['four times in a minute', flaps(4, 12), ['0.7 raise technical alarm chattering', '10.7 return steady-again']],
    ['three times in a minute', flaps(3, 12), []],
    ['four times in more than a minute', flaps(4, 25), []],
    ['it goes on as long as it chatters', flaps(30, 12), ['0.7 raise technical alarm chattering', '15.9 return steady-again']],
    ['saying the same again is no chatter', Array.from({ length: 60 }, (_, i) => [i / 60, { open: true }] as const), []],
    ['motion comes and goes by nature', flaps(20, 2, 'motion'), []],
  ];
  test.each(cases)('%s', (_name, words, expected) => {
    expect(toldOf(chatteringRule, {}, words, 100)).toEqual(expected);
  });
  test('never reads a call for help', () => {
    expect(chatteringRule.reads).not.toContain('button');
    expect(chatteringRule.reads).not.toContain('fall');
  });
});

describe('stale', () => {
  const numbers = { stale: { enabled: true } };
  const same = (facts: Facts, hours: number, from = 0): Word[] =>
    Array.from({ length: hours + 1 }, (_, i) => [(from + i) * 60, facts] as const);
  const cases: [name: string, words: Word[], expected: string[]][] = [
    ['the same heart rate for two hours', same({ heartRate: 61 }, 4), ['120 raise technical alarm stale']],
    ['a heart rate of nobody', same({ heartRate: 0 }, 10), []],
    ['a bed occupied for two days', same({ occupied: true }, 60), ['2880 raise technical alarm stale']],
    ['a bed empty for two days', same({ occupied: false }, 60), []],
    ['a temperature to the digit for two days', same({ temperature: 20.5 }, 60), ['2880 raise technical alarm stale']],
    [
      'it changes again',
      [...same({ heartRate: 61 }, 4), [300, { heartRate: 62 }]],
      ['120 raise technical alarm stale', '300 return changing-again'],
    ],
    ['silence is not stale', [[0, { heartRate: 61 }]], []],
    [
      'said once for a device, over when all changes',
      [...same({ heartRate: 61, breathingRate: 14 }, 4), [300, { heartRate: 62 }], [310, { breathingRate: 15 }]],
      ['120 raise technical alarm stale', '310 return changing-again'],
    ],
  ];
  test.each(cases)('%s', (_name, words, expected) => {
    expect(toldOf(staleRule, { numbers }, words, 5_000)).toEqual(expected);
  });
});

describe('clock wrong', () => {
  const play = (messages: [second: number, off: number][]): string[] => {
    const story = createStory(clockWrongRule, { start: Date.UTC(2026, 0, 10) });
    for (const [second, off] of messages) story.say(second, { online: true }, { deviceAt: second + off });
    return story.lines();
  };
  const raise = 'raise technical alarm clock-wrong';
  test.each<[string, [number, number][], string[]]>([
    [
      'three in a row, eight hours off',
      [
        [0, -28_800],
        [100, -28_800],
        [200, -28_801],
      ],
      [`200 ${raise}`],
    ],
    [
      'years off',
      [
        [0, 1e8],
        [100, 1e8],
        [200, 1e8],
      ],
      [`200 ${raise}`],
    ],
    [
      'nine minutes do no harm',
      [
        [0, 540],
        [100, 540],
        [200, 540],
      ],
      [],
    ],
    [
      'one right one between',
      [
        [0, -9_000],
        [100, -9_000],
        [200, 0],
        [300, -9_000],
      ],
      [],
    ],
    [
      'right again',
      [
        [0, -9_000],
        [100, -9_000],
        [200, -9_000],
        [300, 1],
      ],
      [`200 ${raise}`, '300 return clock-well'],
    ],
    [
      'old messages sent late all at once',
      [
        [0, -9_000],
        [1, -9_000],
        [2, -9_000],
        [3, -9_000],
      ],
      [],
    ],
    [
      'old messages sent late one by one',
      [
        [0, -9_000],
        [100, -8_400],
        [200, -7_800],
        [300, -7_200],
      ],
      [],
    ],
  ])('%s', (_name, messages, expected) => {
    expect(play(messages)).toEqual(expected);
  });
});

test.each<[string, Word[], string[]]>([
  ['five minutes without', [[0, { mains: false }]], ['5 raise technical alarm mains-lost']],
  [
    'a short dip',
    [
      [0, { mains: false }],
      [4, { mains: true }],
    ],
    [],
  ],
  [
    'back again',
    [
      [0, { mains: false }],
      [3, { mains: false }],
      [60, { mains: true }],
    ],
    ['5 raise technical alarm mains-lost', '60 return mains-back'],
  ],
])('mains: %s', (_name, words, expected) => {
  expect(toldOf(mainsLostRule, {}, words, 100)).toEqual(expected);
});

test('tamper is said once, and over when closed', () => {
  const words: Word[] = [
    [0, { tamper: false }],
    [1, { tamper: true }],
    [2, { tamper: true }],
    [3, { tamper: false }],
  ];
  expect(toldOf(tamperRule, {}, words, 100)).toEqual(['1 raise technical alarm tampered', '3 return tamper-over']);
});
