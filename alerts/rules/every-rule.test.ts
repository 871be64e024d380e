import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ruleNames } from '../../domain/alarm.ts';
import { careNumbersOf, type CareNumbersOverride } from '../../domain/care-profile.ts';
import { hours, minutes } from '../../domain/instant.ts';
import { type Facts, type ReadingKind, readingKinds, readingValueSchemas } from '../../domain/reading.ts';
import { rules } from './catalogue.ts';
import { everythingOn } from './everything-on.ts';
import type { Rule } from './rule.ts';
import { createStory, type Waking } from './story.ts';

const valueOf = (kind: ReadingKind): fc.Arbitrary<unknown> => {
  const schema = readingValueSchemas[kind];
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'enum') return fc.constantFrom(...schema.options);
  return fc.constantFrom(0, 5, 20, 40, 70, 100);
};

interface Word {
  readonly after: number;
  readonly facts: Facts;
  readonly device: string;
  readonly clockOff: number | null;
}

/** Words of the kinds that a rule reads, seconds to hours apart, from two devices, over some days. */
const wordsFor = (rule: Rule<unknown>): fc.Arbitrary<Word[]> => {
  const kinds = typeof rule.reads === 'string' ? (['temperature', 'online', 'occupied'] as const) : rule.reads;
  const gap = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 20, max: 900 }), fc.integer({ min: 1_800, max: 40_000 }));
  // A history is about a few kinds, or nothing would ever come of it.
  return fc.uniqueArray(fc.constantFrom(...kinds), { minLength: 1, maxLength: 3 }).chain((few) => {
    const facts = fc
      .uniqueArray(fc.constantFrom(...few), { minLength: 1, maxLength: few.length })
      .chain((chosen) => fc.tuple(...chosen.map((kind) => valueOf(kind).map((value) => [kind, value] as const))))
      .map((pairs) => Object.fromEntries(pairs) as Facts);
    const word = fc.record({
      after: gap,
      facts,
      device: fc.constantFrom('d1', 'd1', 'd2'),
      clockOff: fc.constantFrom(null, 0, -7_200, -7_200, 90_000),
    });
    return fc.array(word, { maxLength: 60 });
  });
};

/** Easier to reach than in service, so that random histories get there. */
const numbers: CareNumbersOverride = {
  ...everythingOn,
  restless: { enabled: true, movingMinutes: 2, ofMinutes: 30 },
  chattering: { timesAMinute: 1 },
  nightTrips: { enabled: true, trips: 1 },
  heartRate: { samples: 2 },
  breathingRate: { samples: 2 },
};

const play = (rule: Rule<unknown>, words: readonly Word[], waking: Waking) => {
  const story = createStory(rule, { waking, numbers, heartbeat: minutes(10), start: Date.UTC(2026, 0, 10, 12) });
  let at = 0;
  for (const { after, facts, device, clockOff } of words) {
    at += after;
    // A rule of one device hears that device alone.
    const from = rule.subject === 'device' ? 'd1' : device;
    story.say(at, facts, { device: from, deviceAt: clockOff === null ? null : at + clockOff });
  }
  story.passTo(at + hours(40) / 1_000);
  return { story, signals: story.told.map(({ signal }) => signal) };
};

test('the catalogue holds every rule that has a name, once', () => {
  expect(rules.map(({ name }) => name).toSorted()).toEqual([...ruleNames].toSorted());
  expect(rules.slice(0, 2).map(({ name }) => name)).toEqual(['button', 'fall']);
});

describe.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_name, rule) => {
  test('says the same whether it is woken to the millisecond or only by what comes next', () => {
    // A heartbeat that was missed between two words is found by the wake alone: the word itself proves the device to be there.
    if (rule.name === 'device-offline') return;
    fc.assert(
      fc.property(wordsFor(rule), (words) => {
        expect(play(rule, words, 'late').signals).toEqual(play(rule, words, 'on-time').signals);
      }),
      { numRuns: 150 },
    );
  });

  test('gives no time that has not come, and the histories tried here do make it speak', () => {
    const histories = fc.sample(wordsFor(rule), { numRuns: 200, seed: 7 });
    let raised = 0;
    for (const words of histories) {
      for (const { at, signal } of play(rule, words, 'on-time').story.told) {
        raised += signal.type === 'raise' ? 1 : 0;
        expect(signal.reason.since).toBeLessThanOrEqual(Date.UTC(2026, 0, 10, 12) + at * 1_000);
      }
    }
    expect(raised).toBeGreaterThan(0);
  });

  test('keeps its very state when a word changes nothing', () => {
    const context = {
      now: 1_767_000_000_000 as never,
      numbers: careNumbersOf({}, {}),
      residentState: 'at-home' as const,
      timeZone: 'Asia/Shanghai',
      heartbeat: null,
      hasHub: false,
      hubOffline: false,
      hubBackAt: null,
    };
    expect(rule.apply(rule.initial, { type: 'wake' }, context).state).toBe(rule.initial);
    expect(rule.apply(rule.initial, { type: 'deaf', from: 0 as never, to: 1 as never }, context).state).toBe(rule.initial);
  });

  test('its kinds exist', () => {
    if (typeof rule.reads === 'string') expect(['any', 'device-time']).toContain(rule.reads);
    else for (const kind of rule.reads) expect(readingKinds).toContain(kind);
  });
});
