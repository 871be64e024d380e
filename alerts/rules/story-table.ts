import type { Facts } from '../../domain/reading.ts';
import type { Rule } from './rule.ts';
import { createStory, type StoryOptions } from './story.ts';

/** One word of a device: when (minutes since the story began), what, and which device when it is not the usual one. */
export type Word = readonly [minute: number, facts: Facts, device?: string];

/** Ms since the epoch of a wall-clock time in Shanghai on 10 January 2026. */
export const inShanghai = (hour: number, minute = 0): number => Date.UTC(2026, 0, 10, hour - 8, minute);

/** What a rule says of these words, as `minute line`, up to the minute given. Minutes are rounded to hundredths. */
export const toldOf = <State>(rule: Rule<State>, options: StoryOptions, words: readonly Word[], untilMinute: number): string[] => {
  const story = createStory(rule, options);
  for (const [minute, facts, device] of words) story.say(minute * 60, facts, device === undefined ? {} : { device });
  story.passTo(untilMinute * 60);
  return story.lines().map((line) => {
    const [second = '', ...rest] = line.split(' ');
    return `${Math.round((Number(second) / 60) * 100) / 100} ${rest.join(' ')}`;
  });
};
