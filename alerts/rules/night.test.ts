import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { type Instant, toRfc3339 } from '../../domain/instant.ts';
import { nightEnd } from './night.ts';

const at = (local: string, zone: string): Instant => DateTime.fromISO(local, { zone }).toMillis() as Instant;
const shanghai = 'Asia/Shanghai';
const berlin = 'Europe/Berlin';

describe('the night on the wall clock of the home', () => {
  const cases: [local: string, from: string, to: string, zone: string, end: string | null][] = [
    ['2026-01-10T20:59:59.999', '21:00', '06:00', shanghai, null],
    ['2026-01-10T21:00', '21:00', '06:00', shanghai, '2026-01-11T06:00'],
    ['2026-01-11T00:00', '21:00', '06:00', shanghai, '2026-01-11T06:00'],
    ['2026-01-11T05:59:59.999', '21:00', '06:00', shanghai, '2026-01-11T06:00'],
    ['2026-01-11T06:00', '21:00', '06:00', shanghai, null],
    ['2026-01-10T02:00', '00:00', '05:00', shanghai, '2026-01-10T05:00'],
    ['2026-01-10T05:00', '00:00', '05:00', shanghai, null],
    ['2026-01-10T23:00', '22:00', '24:00', shanghai, '2026-01-11T00:00'],
    ['2026-01-11T03:00', '24:00', '05:00', shanghai, '2026-01-11T05:00'],
    ['2026-01-11T13:00', '12:00', '12:00', shanghai, '2026-01-12T12:00'],
    ['2026-03-28T23:00', '21:00', '06:00', berlin, '2026-03-29T06:00'],
    ['2026-10-24T23:00', '21:00', '06:00', berlin, '2026-10-25T06:00'],
    ['2026-03-29T01:30', '21:00', '02:30', berlin, '2026-03-29T03:30'],
  ];
  test.each(cases)('%s with a night from %s to %s in %s ends %s', (local, from, to, zone, end) => {
    const found = nightEnd(at(local, zone), from, to, zone);
    expect(found === null ? null : toRfc3339(found)).toBe(end === null ? null : toRfc3339(at(end, zone)));
  });

  test('is an hour shorter or longer when the clocks change', () => {
    const length = (evening: string) => (nightEnd(at(evening, berlin), '21:00', '06:00', berlin) ?? 0) - at(evening, berlin);
    expect([length('2026-03-28T21:00'), length('2026-06-01T21:00'), length('2026-10-24T21:00')].map((ms) => ms / 3_600_000)).toEqual([
      8, 9, 10,
    ]);
  });
});
