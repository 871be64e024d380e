import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Instant, instant } from '../../domain/instant.ts';
import { type Roster, rosterSchema } from '../../domain/people.ts';
import { nextChange } from './roster.ts';

const casesSchema = z.object({
  cases: z.array(
    z.object({
      tz: z.string(),
      type: z.enum(['hourly', 'daily', 'monthly']),
      shift_length: z.number(),
      rotation_start_local: z.string(),
      expected_handoffs: z.array(z.string()).min(2),
      note: z.string(),
    }),
  ),
});
type Case = z.infer<typeof casesSchema>['cases'][number];

const file = new URL('../../test/data/escalation-cases/rotation-clock-changes.json', import.meta.url);
const { cases } = casesSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

const clock = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** A rotation of whole days hands over once a day; one of single hours, every hour at the same minute. Each shift has its own person. */
const weeklyRosterOf = ({ tz, type, shift_length, rotation_start_local }: Case): Roster => {
  const start = rotation_start_local.slice(11);
  const startMinutes = Number(start.slice(0, 2)) * 60 + Number(start.slice(3));
  const daily = type === 'daily' || shift_length === 24;
  const weekdays = [1, 2, 3, 4, 5, 6, 7];
  const shifts = daily
    ? weekdays.map((weekday) => ({ person: `day-${weekday}`, weekdays: [weekday], from: start, to: start }))
    : weekdays.flatMap((weekday) =>
        Array.from({ length: 24 }, (_, hour) => {
          const from = hour * 60 + (startMinutes % 60);
          return { person: `day-${weekday}-hour-${hour}`, weekdays: [weekday], from: clock(from), to: clock((from + 60) % 1_440) };
        }),
      );
  return rosterSchema.parse({ id: 'rotation', name: 'rotation', timeZone: tz, shifts });
};

const handOversOf = (roster: Roster, first: Instant, count: number): Instant[] => {
  const found: Instant[] = [];
  let at: Instant | null = instant(first - 1);
  while (found.length < count) {
    at = nextChange(roster, at);
    if (at === null) break;
    found.push(at);
  }
  return found;
};

describe('hand-overs across clock changes are those of GoAlert rotation_test.go StartEnd_BruteForce', () => {
  const fitting = cases.filter((entry) => entry.type !== 'monthly');

  test.each(fitting)('$type × $shift_length from $rotation_start_local in $tz', (entry) => {
    const expected = entry.expected_handoffs.map((text) => instant(Date.parse(text)));
    expect(handOversOf(weeklyRosterOf(entry), expected[0] ?? instant(0), expected.length)).toEqual(expected);
  });

  test('only the monthly rotations do not fit a weekly roster', () => {
    expect(fitting).toHaveLength(7);
    expect(cases.filter((entry) => entry.type === 'monthly').map((entry) => entry.rotation_start_local)).toEqual([
      '2020-01-02T01:30',
      '2020-10-01T01:30',
    ]);
  });
});
