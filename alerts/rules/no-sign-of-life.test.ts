import { expect, test } from 'vitest';
import type { Facts } from '../../domain/reading.ts';
import { noSignOfLifeRule } from './no-sign-of-life.ts';
import { createStory } from './story.ts';
import { inShanghai, toldOf, type Word } from './story-table.ts';

const medium = 'raise medium alarm no-sign-of-life';
const high = 'raise high alarm no-sign-of-life';
const options = { start: inShanghai(8), numbers: { noSignOfLife: { enabled: true } } };
const first: Word = [0, { motion: true }];

const cases: [name: string, words: Word[], expected: string[]][] = [
  ['five hours, then ten', [first], [`300 ${medium}`, `600 ${high}`]],
  ['nothing is known of a home whose sensors never spoke', [], []],
  ['any sign puts it off', [first, [200, { presence: true }]], [`500 ${medium}`]],
  ['and takes it back', [first, [310, { button: 'press' }]], [`300 ${medium}`, '310 return sign-of-life', `610 ${medium}`]],
  ['a sensor that sees nobody is no sign', [first, [200, { motion: false, presence: false }]], [`300 ${medium}`, `600 ${high}`]],
  ['late in the day it waits for the next', [[600, { motion: true }]], [`${1_380 + 300} ${medium}`, `${1_380 + 600} ${high}`]],
];
test.each(cases)('%s', (_name, words, expected) => {
  expect(toldOf(noSignOfLifeRule, options, words, words.length === 1 && words[0] !== first ? 2_000 : 780)).toEqual(expected);
});

const signs: [name: string, before: Facts, after: Facts, sign: boolean][] = [
  ['a door opened', { open: false }, { open: true }, true],
  ['a door that says again that it is open', { open: true }, { open: true }, false],
  ['getting into bed', { occupied: false }, { occupied: true }, true],
  ['a bed that stays occupied', { occupied: true }, { occupied: true }, false],
  ['water used', { waterTotal: 100 }, { waterTotal: 103 }, true],
  ['a meter that stands still', { waterTotal: 100 }, { waterTotal: 100 }, false],
  ['a heart that beats', { heartRate: 60 }, { heartRate: 61 }, true],
  ['a heart that was not measured', { heartRate: 0 }, { heartRate: 0 }, false],
  ['turning over', { turned: false }, { turned: true }, true],
];
test.each(signs)('%s: %o, then %o', (_name, before, after, sign) => {
  expect(
    toldOf(
      noSignOfLifeRule,
      options,
      [
        [0, before],
        [200, after],
      ],
      500,
    ),
  ).toEqual(sign ? [`500 ${medium}`] : [`300 ${medium}`]);
});

test('signs within five minutes of one another cost no new state', () => {
  const story = createStory(noSignOfLifeRule, options);
  story.say(0, { motion: true });
  const state = JSON.stringify(story.state());
  for (let second = 10; second < 300; second += 10) story.say(second, { motion: true });
  expect(JSON.stringify(story.state())).toBe(state);
  story.say(300, { motion: true });
  expect(JSON.stringify(story.state())).not.toBe(state);
});

test('what happened while the gateway was deaf is not known', () => {
  const story = createStory(noSignOfLifeRule, options);
  story.say(0, { motion: true });
  story.deaf(60, 3_600);
  story.passTo(400 * 60);
  expect(story.lines()).toEqual([`${360 * 60} ${medium}`]);
});
