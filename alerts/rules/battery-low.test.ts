import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../domain/reading.ts';
import { batteryLowRule } from './battery-low.ts';
import { createStory } from './story.ts';

const low = 'raise technical alarm battery-low';
const well = 'return battery-well';

describe('a battery that fades', () => {
  const cases: [name: string, facts: Facts[], expected: string[]][] = [
    ['is told once, however often it is reported', [{ battery: 19 }, { battery: 18 }, { battery: 0 }], [`0 ${low}`]],
    ['is not low at the limit', [{ battery: 20 }], []],
    [
      'is well again only above the hysteresis',
      [{ battery: 19 }, { battery: 21 }, { battery: 29 }, { battery: 19 }, { battery: 30 }, { battery: 19 }],
      [`0 ${low}`, `4 ${well}`, `5 ${low}`],
    ],
    [
      'is told by the flag of the device alone',
      [{ batteryLow: true }, { batteryLow: true }, { batteryLow: false }],
      [`0 ${low}`, `2 ${well}`],
    ],
    [
      'stays low while the percentage says so, whatever the flag',
      [{ battery: 5, batteryLow: true }, { batteryLow: false }, { battery: 90 }],
      [`0 ${low}`, `2 ${well}`],
    ],
    ['stays low while the flag says so, whatever the percentage', [{ battery: 90, batteryLow: true }, { battery: 95 }], [`0 ${low}`]],
    ['is no news when a message says nothing of it', [{ button: 'press' }, { battery: 80 }], []],
  ];
  test.each(cases)('%s', (_name, facts, expected) => {
    const story = createStory(batteryLowRule);
    for (const [second, fact] of facts.entries()) story.say(second, fact);
    expect(story.lines()).toEqual(expected);
  });

  test('says which number decided', () => {
    const story = createStory(batteryLowRule);
    story.say(3, { battery: 4, batteryLow: true });
    expect(story.told[0]?.signal.reason).toEqual({
      code: 'battery-low',
      device: 'd1',
      since: story.at(3),
      numbers: { batteryPercent: 4, belowPercent: 20, saidByDevice: true },
    });
  });

  test('is not told where it is switched off, but its return still is', () => {
    const off = createStory(batteryLowRule, { numbers: { batteryLow: { enabled: false } } });
    off.say(0, { battery: 1 });
    expect(off.lines()).toEqual([]);
  });

  test('can be well again even when limit and hysteresis exceed 100', () => {
    const story = createStory(batteryLowRule, { numbers: { batteryLow: { belowPercent: 80, hysteresisPercent: 50 } } });
    story.say(0, { battery: 10 });
    story.say(1, { battery: 100 });
    expect(story.lines()).toEqual([`0 ${low}`, `1 ${well}`]);
  });

  test('raises and returns take turns, beginning with a raise', () => {
    const fact = fc.record({ battery: fc.integer({ min: 0, max: 100 }), batteryLow: fc.boolean() }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(fact), (facts) => {
        const story = createStory(batteryLowRule);
        for (const [second, one] of facts.entries()) story.say(second, one);
        expect(story.told.every(({ signal }, i) => signal.type === (i % 2 === 0 ? 'raise' : 'return'))).toBe(true);
      }),
    );
  });
});
