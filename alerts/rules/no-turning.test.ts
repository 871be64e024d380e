import { expect, test } from 'vitest';
import { noTurningRule } from './no-turning.ts';
import { createStory } from './story.ts';
import { inShanghai, toldOf, type Word } from './story-table.ts';

const raise = 'raise medium alarm not-turned';
const options = { start: inShanghai(22), numbers: { noTurning: { enabled: true } } };
const inBed: Word = [0, { occupied: true, movement: 0 }];

const cases: [name: string, words: Word[], expected: string[]][] = [
  ['two hours without turning', [inBed], [`120 ${raise}`]],
  ['turned after an hour', [inBed, [60, { turned: true }]], [`180 ${raise}`]],
  ['turned every hour', [inBed, [60, { turned: true }], [120, { turned: true }], [180, { turned: true }], [240, { turned: true }]], []],
  ['small movements are no turning', [inBed, [60, { movement: 12 }]], [`120 ${raise}`]],
  ['a large movement is', [inBed, [60, { movement: 45 }]], [`180 ${raise}`]],
  ['turned after the alarm', [inBed, [130, { turned: true }]], [`120 ${raise}`, '130 return turned-over', `250 ${raise}`]],
  ['out of bed after the alarm', [inBed, [130, { occupied: false }]], [`120 ${raise}`, '130.13 return turned-over']],
  ['out of bed before it', [inBed, [100, { occupied: false }]], []],
  ['a pad that never tells of movement', [[0, { occupied: true }]], []],
  ['motion in the room is not movement in bed', [inBed, [60, { motion: true }, 'room']], [`120 ${raise}`]],
];
test.each(cases)('%s', (_name, words, expected) => {
  expect(toldOf(noTurningRule, options, words, 250)).toEqual(expected);
});

test('a gateway that was deaf for long does not know whether she was turned', () => {
  const told = (deafMinutes: number): string[] => {
    const story = createStory(noTurningRule, options);
    story.say(0, { occupied: true, movement: 0 });
    story.passTo(30 * 60);
    story.deaf(30 * 60, (30 + deafMinutes) * 60);
    story.passTo(300 * 60);
    return story.lines();
  };
  expect(told(5)).toEqual([`${120 * 60} ${raise}`]);
  expect(told(40)).toEqual([`${190 * 60} ${raise}`]);
});
