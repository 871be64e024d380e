import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../domain/reading.ts';
import { fallRule } from './fall.ts';
import { createStory } from './story.ts';

const sus: Facts = { fall: 'suspected' };
const con: Facts = { fall: 'confirmed' };
const clr: Facts = { fall: 'cleared' };
const can: Facts = { fall: 'cancel' };

describe('a fall, whatever the sensors say', () => {
  const history = fc.array(
    fc.record({
      gap: fc.integer({ min: 0, max: 120_000 }),
      facts: fc.constantFrom<Facts>(sus, sus, con, clr, can, { button: 'press' }, { occupied: true }, { occupied: false }),
      device: fc.constantFrom('a', 'b'),
      eventId: fc.constantFrom(undefined, undefined, '1', '2', '3'),
    }),
    { maxLength: 40 },
  );

  test('gives the same signals however often and however late it is woken', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const play = (waking: 'on-time' | 'late', nudged: boolean) => {
          const story = createStory(fallRule, { waking });
          let now = 0;
          for (const { gap, facts, device, eventId } of steps) {
            if (nudged) story.nudge(now + gap / 2_000);
            now += gap / 1_000;
            story.say(now, facts, { device, eventId: eventId ?? null });
          }
          story.passTo(now + 10_000);
          return story.told.map(({ signal }) => signal);
        };
        const onTime = play('on-time', false);
        expect(play('late', false)).toEqual(onTime);
        expect(play('on-time', true)).toEqual(onTime);
      }),
    );
  });

  test('never loses a fall: one that is new calls at once, after an all-clear, a cancel, or ten minutes without a word of it', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const story = createStory(fallRule);
        const lost: number[] = [];
        let now = 0;
        let last: { fall: Facts['fall']; at: number } | null = null;
        for (const { gap, facts } of steps) {
          now += gap;
          const before = story.told.length;
          story.say(now / 1_000, facts);
          if (facts.fall === undefined) continue;
          const isNew: boolean = last === null || last.fall === 'cleared' || last.fall === 'cancel' || now - last.at >= 600_000;
          last = { fall: facts.fall, at: now };
          const stages = story.told
            .slice(before)
            .map(({ at, signal }) => (at === now / 1_000 && signal.type === 'raise' ? signal.stage : 'other'));
          const called = facts.fall === 'confirmed' ? stages.includes('alarm') : stages.some((stage) => stage !== 'other');
          if (isNew && !called && (facts.fall === 'confirmed' || facts.fall === 'suspected')) lost.push(now);
        }
        expect(lost).toEqual([]);
      }),
    );
  });

  test('a suspected fall that nobody takes back always becomes an alarm when its window ends', () => {
    const noise = history.map((steps) => steps.filter(({ facts }) => facts.fall !== 'cancel'));
    fc.assert(
      fc.property(noise, (steps) => {
        const story = createStory(fallRule);
        let now = 0;
        story.say(0, sus, { device: 'first' });
        for (const { gap, facts, device, eventId } of steps) story.say((now += gap / 1_000), facts, { device, eventId: eventId ?? null });
        story.passTo(now + 31);
        const alarm = story.told.find(({ signal }) => signal.type === 'raise' && signal.stage === 'alarm');
        expect(alarm?.at).toBeLessThanOrEqual(30);
      }),
    );
  });
});
