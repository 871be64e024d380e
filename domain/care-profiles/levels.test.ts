import { describe, expect, test } from 'vitest';
import { careNumbersOf } from '../care-profile.ts';
import { abilitySchema } from '../home.ts';
import { levelProfiles } from './levels.ts';

const numbersOf = (id: string) => careNumbersOf(levelProfiles.find((profile) => profile.id === id)?.numbers ?? {}, {});
const scales = [
  ['GB/T 42195-2022', 'gbt', 4],
  ['long-term-care', 'ltc', 5],
] as const;

describe.each(scales)('%s', (scale, prefix, highest) => {
  const levels = Array.from({ length: highest + 1 }, (_, level) => level);

  test('has a profile for every level and for no other', () => {
    expect(levelProfiles.filter(({ id }) => id.startsWith(prefix)).map(({ id }) => id)).toEqual(
      levels.map((level) => `${prefix}-${level}`),
    );
    expect(abilitySchema.safeParse({ scale, level: highest }).success).toBe(true);
    expect(abilitySchema.safeParse({ scale, level: highest + 1 }).success).toBe(false);
  });

  test('never waits longer for somebody who needs more care', () => {
    for (const level of levels.slice(1)) {
      const [less, more] = [numbersOf(`${prefix}-${level - 1}`), numbersOf(`${prefix}-${level}`)];
      expect(more.outOfBed.alarmMinutes).toBeLessThanOrEqual(less.outOfBed.alarmMinutes);
      expect(more.noSignOfLife.afterHours).toBeLessThanOrEqual(less.noSignOfLife.afterHours);
      expect(more.noSignOfLife.urgentAfterHours).toBeLessThanOrEqual(less.noSignOfLife.urgentAfterHours);
      expect(more.fall.longLieMinutes).toBeLessThanOrEqual(less.fall.longLieMinutes);
    }
  });

  test('turns the bedridden, and gets nobody up by the clock who is got up by others', () => {
    expect(numbersOf(`${prefix}-${highest}`).noTurning).toMatchObject({ enabled: true, alarmMinutes: 120 });
    expect(numbersOf(`${prefix}-0`).noTurning.enabled).toBe(false);
    expect(levels.map((level) => numbersOf(`${prefix}-${level}`).notUpBy.enabled)).toEqual(levels.map((level) => level < 3));
  });
});
