import { describe, expect, test } from 'vitest';
import { residentStates } from '../../domain/home.ts';
import { minutes } from '../../domain/instant.ts';
import type { Facts } from '../../domain/reading.ts';
import type { RuleName } from '../../domain/alarm.ts';
import { rules } from './catalogue.ts';
import { everythingOn } from './everything-on.ts';
import { createStory } from './story.ts';
import { inShanghai } from './story-table.ts';

type Story = { readonly hour: number; readonly words: readonly (readonly [minute: number, facts: Facts])[]; readonly clockOff?: number };
const repeat = (count: number, every: number, facts: (i: number) => Facts) =>
  Array.from({ length: count }, (_, i) => [1 + i * every, facts(i)] as const);
const inBed = [0, { occupied: true }] as const;

/** For every rule a history that raises it when the resident is at home. */
const histories: Readonly<Record<RuleName, Story>> = {
  button: { hour: 12, words: [[1, { button: 'press' }]] },
  fall: { hour: 12, words: [[1, { fall: 'confirmed' }]] },
  smoke: { hour: 12, words: [[1, { smoke: true }]] },
  gas: { hour: 12, words: [[1, { gas: true }]] },
  leak: { hour: 12, words: [[1, { leak: true }]] },
  'heart-rate': { hour: 12, words: [inBed, ...repeat(3, 1, () => ({ heartRate: 150 }))] },
  'breathing-rate': { hour: 12, words: [inBed, ...repeat(3, 1, () => ({ breathingRate: 40 }))] },
  'no-sign-of-life': { hour: 8, words: [[0, { motion: true }]] },
  wandering: { hour: 22, words: [inBed, [30, { occupied: false }], [31, { open: true }]] },
  'out-of-bed': { hour: 22, words: [inBed, [30, { occupied: false }]] },
  'not-up-by': { hour: 0, words: [inBed] },
  'not-in-bed-by': { hour: 20, words: [[0, { occupied: false }]] },
  'no-turning': { hour: 22, words: [[0, { occupied: true, movement: 0 }]] },
  restless: { hour: 22, words: [inBed, ...repeat(30, 1, () => ({ movement: 60 }))] },
  'night-trips': { hour: 20, words: [inBed, ...repeat(8, 30, (i) => ({ occupied: i % 2 === 1 })).map(([at, f]) => [at + 90, f] as const)] },
  'device-offline': { hour: 12, words: [[0, { temperature: 20 }]] },
  'battery-low': { hour: 12, words: [[0, { battery: 3 }]] },
  'mains-lost': { hour: 12, words: [[0, { mains: false }]] },
  tamper: { hour: 12, words: [[0, { tamper: true }]] },
  chattering: { hour: 12, words: repeat(12, 0.1, (i) => ({ open: i % 2 === 1 })) },
  stale: { hour: 12, words: repeat(5, 60, () => ({ heartRate: 61 })) },
  'clock-wrong': { hour: 12, words: repeat(4, 5, () => ({ online: true })), clockOff: -9_000 },
};

describe.each(rules.map((rule) => [rule.name, rule] as const))('%s', (name, rule) => {
  const raises = (state: (typeof residentStates)[number]): number => {
    const { hour, words, clockOff } = histories[name];
    const story = createStory(rule, { start: inShanghai(hour), numbers: everythingOn, heartbeat: minutes(10), residentState: state });
    for (const [minute, facts] of words) story.say(minute * 60, facts, clockOff === undefined ? {} : { deviceAt: minute * 60 + clockOff });
    story.passTo(13 * 3_600);
    return story.told.filter(({ signal }) => signal.type === 'raise').length;
  };

  test.each(residentStates.filter((state) => state !== 'at-home'))(
    rule.inactivity
      ? 'reasons from inactivity: it is quiet while the resident is %s'
      : 'is never quieted, not even while the resident is %s',
    (state) => {
      const atHome = raises('at-home');
      expect(atHome).toBeGreaterThan(0);
      expect(raises(state)).toBe(rule.inactivity ? 0 : atHome);
    },
  );

  test('speaks again by itself once the state is over', () => {
    if (!rule.inactivity || name === 'wandering') return;
    const { hour, words } = histories[name];
    const story = createStory(rule, { start: inShanghai(hour), numbers: everythingOn, residentState: 'away' });
    for (const [minute, facts] of words) story.say(minute * 60, facts);
    // The state ends with its `until`: nobody tells the rule, its context says so.
    const due = (story.wakeAt() ?? 0) + 60;
    story.passTo(due);
    expect(story.told).toEqual([]);
    story.resident('at-home');
    story.passTo(due + 13 * 3_600);
    expect(story.told.filter(({ signal }) => signal.type === 'raise').length).toBeGreaterThan(0);
  });
});

test('inactivity rules are these, and calls for help and dangers are none of them', () => {
  expect(rules.filter((rule) => rule.inactivity).map((rule) => rule.name)).toEqual([
    'no-sign-of-life',
    'wandering',
    'out-of-bed',
    'not-up-by',
    'not-in-bed-by',
    'no-turning',
  ]);
});
