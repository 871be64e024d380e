import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { type Instant, hours, instant, toRfc3339 } from '../../domain/instant.ts';
import { type Roster, rosterSchema } from '../../domain/people.ts';
import type { z } from 'zod';
import { gaps, nextChange, onDuty } from './roster.ts';

const at = (text: string): Instant => instant(Date.parse(text));
const roster = (parts: Omit<z.input<typeof rosterSchema>, 'id' | 'name'>): Roster => rosterSchema.parse({ id: 'r', name: 'r', ...parts });
const stretches = (found: ReturnType<typeof gaps>): string[] => found.map(({ from, to }) => `${toRfc3339(from)}/${toRfc3339(to)}`);

describe('shifts on the wall clock', () => {
  const weekdays = roster({ shifts: [{ person: 'a', weekdays: [1, 2, 3, 4, 5], from: '08:00', to: '20:00' }] });
  const nights = roster({ shifts: [{ person: 'n', weekdays: [1, 2, 3, 4, 5], from: '20:00', to: '08:00' }] });

  // 2026-03-02 is a Monday.
  test.each([
    ['start inclusive', weekdays, '2026-03-02T08:00:00+08:00', ['a']],
    ['before the start', weekdays, '2026-03-02T07:59:59.999+08:00', []],
    ['last instant', weekdays, '2026-03-02T19:59:59.999+08:00', ['a']],
    ['end exclusive', weekdays, '2026-03-02T20:00:00+08:00', []],
    ['not on Saturday', weekdays, '2026-03-07T12:00:00+08:00', []],
    ['overnight 20:00-08:00 belongs to the weekday it STARTED: Monday morning nobody', nights, '2026-03-02T07:00:00+08:00', []],
    ['contiguous Mon-Fri runs to Saturday 08:00', nights, '2026-03-07T07:59:59+08:00', ['n']],
    ['… and not longer', nights, '2026-03-07T08:00:00+08:00', []],
    ['24:00 ends the day', roster({ shifts: [{ person: 'e', from: '18:00', to: '24:00' }] }), '2026-03-02T23:59:59+08:00', ['e']],
    [
      '24:00 is the next midnight, exclusive',
      roster({ shifts: [{ person: 'e', from: '18:00', to: '24:00' }] }),
      '2026-03-03T00:00:00+08:00',
      [],
    ],
    [
      'a shift to its own start lasts a day',
      roster({ shifts: [{ person: 'd', weekdays: [1], from: '08:00', to: '08:00' }] }),
      '2026-03-03T07:59:59+08:00',
      ['d'],
    ],
    [
      'a person on two shifts is named once',
      roster({ shifts: [{ person: 'x' }, { person: 'x', from: '08:00', to: '09:00' }] }),
      '2026-03-02T08:30:00+08:00',
      ['x'],
    ],
    ['no shifts', roster({}), '2026-03-02T08:30:00+08:00', []],
  ])('%s', (_, of, text, expected) => {
    expect(onDuty(of, at(text))).toEqual(expected);
  });
});

describe('overrides', () => {
  const shifts = [{ person: 'a', from: '08:00', to: '20:00' }];
  const [from, to] = [at('2026-03-02T10:00:00+08:00'), at('2026-03-02T12:00:00+08:00')];
  const within = at('2026-03-02T11:00:00+08:00');
  test.each([
    ['replace', [{ person: 'b', replaces: 'a', from, to }], ['b']],
    ['add', [{ person: 'b', replaces: null, from, to }], ['a', 'b']],
    ['remove', [{ person: null, replaces: 'a', from, to }], []],
    ['replacing somebody who is not on duty brings nobody', [{ person: 'b', replaces: 'c', from, to }], ['a']],
    [
      'of two for one person the later entry holds',
      [
        { person: 'b', replaces: 'a', from, to },
        { person: 'c', replaces: 'a', from, to },
      ],
      ['c'],
    ],
    [
      'a swap works',
      [
        { person: 'b', replaces: 'a', from, to },
        { person: 'a', replaces: 'b', from, to },
      ],
      ['b'],
    ],
  ])('%s', (_, overrides, expected) => {
    expect(onDuty(roster({ shifts, overrides }), within)).toEqual(expected);
  });

  test('override in the middle splits the shift', () => {
    const split = roster({ shifts, overrides: [{ person: 'b', replaces: 'a', from, to }] });
    const changes: [string, string[]][] = [];
    let when: Instant | null = at('2026-03-02T08:00:00+08:00');
    for (let i = 0; i < 3 && when !== null; i += 1) {
      when = nextChange(split, when);
      if (when !== null) changes.push([toRfc3339(when), onDuty(split, when)]);
    }
    expect(changes).toEqual([
      ['2026-03-02T02:00:00.000Z', ['b']],
      ['2026-03-02T04:00:00.000Z', ['a']],
      ['2026-03-02T12:00:00.000Z', []],
    ]);
  });
});

describe('clock changes', () => {
  test('weekly shift in America/Chicago keeps local midnight (05:00Z in summer, 06:00Z in winter)', () => {
    const daily = roster({ timeZone: 'America/Chicago', shifts: [1, 2, 3, 4, 5, 6, 7].map((d) => ({ person: `p${d}`, weekdays: [d] })) });
    expect(nextChange(daily, at('2020-10-31T12:00:00Z'))).toBe(at('2020-11-01T05:00:00Z'));
    expect(nextChange(daily, at('2020-11-01T12:00:00Z'))).toBe(at('2020-11-02T06:00:00Z'));
  });
  test('a shift that lies wholly in the missing hour does not happen that day', () => {
    const short = roster({ timeZone: 'America/Chicago', shifts: [{ person: 'p', from: '02:00', to: '02:45' }] });
    expect(onDuty(short, at('2020-03-08T08:00:00Z'))).toEqual([]);
    expect(onDuty(short, at('2020-03-09T07:00:00Z'))).toEqual(['p']);
    expect(nextChange(short, at('2020-03-07T20:00:00Z'))).toBe(at('2020-03-09T07:00:00Z'));
  });
  test('a weekly shift that the change swallows is found the week after', () => {
    const sundays = roster({ timeZone: 'America/Chicago', shifts: [{ person: 'p', weekdays: [7], from: '02:00', to: '02:45' }] });
    expect(nextChange(sundays, at('2020-03-02T12:00:00-06:00'))).toBe(at('2020-03-15T02:00:00-05:00'));
  });
  test('clocks that go back across midnight (St John’s, 00:01 to 23:01) do not give Saturday its night back', () => {
    const days = roster({
      timeZone: 'America/St_Johns',
      shifts: [
        { person: 'sat', weekdays: [6] },
        { person: 'sun', weekdays: [7] },
      ],
    });
    expect(onDuty(days, at('2010-11-06T23:30:00-02:30'))).toEqual(['sat']);
    expect(onDuty(days, at('2010-11-06T23:30:00-03:30'))).toEqual(['sun']);
  });
  test('30-minute DST (Lord Howe): a boundary at 02:15 in the gap happens at 02:30', () => {
    // 2026-10-04 02:00 +10:30 becomes 02:30 +11:00.
    const howe = roster({ timeZone: 'Australia/Lord_Howe', shifts: [{ person: 'p', from: '02:15', to: '12:00' }] });
    expect(nextChange(howe, at('2026-10-04T00:00:00+10:30'))).toBe(at('2026-10-04T02:30:00+11:00'));
  });
  test('a midnight that does not exist (Havana) begins the day at 01:00; one that is crossed twice begins it once', () => {
    const havana = roster({
      timeZone: 'America/Havana',
      shifts: [
        { person: 'sat', weekdays: [6] },
        { person: 'sun', weekdays: [7] },
      ],
    });
    expect(nextChange(havana, at('2026-03-07T12:00:00-05:00'))).toBe(at('2026-03-08T01:00:00-04:00'));
    expect(nextChange(havana, at('2026-10-31T12:00:00-04:00'))).toBe(at('2026-11-01T00:00:00-04:00'));
    expect(onDuty(havana, at('2026-11-01T00:30:00-05:00'))).toEqual(['sun']);
  });
  test('a day that a zone left out (Apia, 2011-12-30) has no shift', () => {
    const apia = roster({
      timeZone: 'Pacific/Apia',
      shifts: [
        { person: 'fri', weekdays: [5] },
        { person: 'sat', weekdays: [6] },
      ],
    });
    expect(nextChange(apia, at('2011-12-29T12:00:00-10:00'))).toBe(at('2011-12-31T00:00:00+14:00'));
    expect(onDuty(apia, at('2011-12-31T00:00:00+14:00'))).toEqual(['sat']);
  });
  test('unknown time zone falls back to UTC', () => {
    const lost: Roster = { ...roster({ shifts: [{ person: 'p', from: '08:00', to: '09:00' }] }), timeZone: 'Mars/Olympus' };
    expect(onDuty(lost, at('2026-03-02T08:00:00Z'))).toEqual(['p']);
  });
});

describe('next change', () => {
  test('none when the same people are there for ever, or nobody', () => {
    expect(nextChange(roster({ shifts: [{ person: 'p' }] }), at('2026-03-02T08:00:00Z'))).toBeNull();
    expect(nextChange(roster({}), at('2026-03-02T08:00:00Z'))).toBeNull();
  });
  test('a hand-over to oneself is none', () => {
    const halves = roster({
      shifts: [
        { person: 'p', from: '00:00', to: '12:00' },
        { person: 'p', from: '12:00', to: '24:00' },
      ],
    });
    expect(nextChange(halves, at('2026-03-02T08:00:00Z'))).toBeNull();
  });
  test('an override months ahead that matters on its Fridays only is found', () => {
    const fridays = roster({
      shifts: [{ person: 'always' }, { person: 'f', weekdays: [5], from: '09:00', to: '10:00' }],
      overrides: [{ person: null, replaces: 'f', from: at('2026-03-02T00:00:00+08:00'), to: at('2026-07-01T00:00:00+08:00') }],
    });
    expect(nextChange(fridays, at('2026-03-02T08:00:00+08:00'))).toBe(at('2026-07-03T09:00:00+08:00'));
  });
});

describe('gaps', () => {
  test('nobody on duty is reported BEFORE it happens', () => {
    const days = roster({
      shifts: [
        { person: 'a', weekdays: [1, 2, 3, 4, 5], from: '08:00', to: '20:00' },
        { person: 'n', weekdays: [1, 2, 3, 4], from: '20:00', to: '08:00' },
      ],
    });
    expect(stretches(gaps(days, at('2026-03-02T08:00:00+08:00'), at('2026-03-09T12:00:00+08:00')))).toEqual([
      '2026-03-06T12:00:00.000Z/2026-03-09T00:00:00.000Z',
    ]);
  });
  test('the whole time, when the roster is empty; none, when it is covered; a removal makes one', () => {
    const [from, to] = [at('2026-03-02T00:00:00Z'), at('2026-03-04T00:00:00Z')];
    expect(gaps(roster({}), from, to)).toEqual([{ from, to }]);
    expect(gaps(roster({ shifts: [{ person: 'a' }] }), from, to)).toEqual([]);
    const hole = { from: instant(from + hours(1)), to: instant(from + hours(2)) };
    expect(gaps(roster({ shifts: [{ person: 'a' }], overrides: [{ person: null, replaces: 'a', ...hole }] }), from, to)).toEqual([hole]);
  });
});

const clockTime = fc
  .integer({ min: 0, max: 48 })
  .map((half) => `${String(Math.floor(half / 2)).padStart(2, '0')}:${half % 2 ? '30' : '00'}`);
const personId = fc.constantFrom('a', 'b', 'c');
const shift = fc.record({
  person: personId,
  weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
  from: clockTime,
  to: clockTime,
});
const zone = fc.constantFrom(
  'Asia/Shanghai',
  'America/Chicago',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Havana',
  'Europe/London',
);
const [yearFrom, yearTo] = [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2027-01-01T00:00:00Z')];
const anInstant = fc.integer({ min: yearFrom, max: yearTo }).map(instant);
const override = fc
  .record({
    person: fc.option(personId),
    replaces: fc.option(personId),
    from: anInstant,
    length: fc.integer({ min: 1, max: 30 * 86_400_000 }),
  })
  .filter((o) => o.person !== null || o.replaces !== null)
  .map(({ length, ...o }) => ({ ...o, to: o.from + length }));

describe('for any roster', () => {
  test('away from clock changes those on duty are those whose shift holds the digits on the wall', () => {
    fc.assert(
      fc.property(zone, fc.array(shift, { maxLength: 6 }), anInstant, (timeZone, shifts, when) => {
        const local = DateTime.fromMillis(when, { zone: timeZone });
        fc.pre(local.minus({ days: 4 }).offset === local.offset && local.plus({ days: 4 }).offset === local.offset);
        const minute = local.hour * 60 + local.minute + (local.second + local.millisecond / 1_000) / 60;
        const yesterday = local.weekday === 1 ? 7 : local.weekday - 1;
        const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
        const expected = new Set(
          shifts
            .filter(({ weekdays, from, to }) => {
              const [start, end] = [minutes(from), minutes(to) > minutes(from) ? minutes(to) : minutes(to) + 1_440];
              return (
                (weekdays.includes(local.weekday) && start <= minute && minute < end) ||
                (weekdays.includes(yesterday) && start <= minute + 1_440 && minute + 1_440 < end)
              );
            })
            .map(({ person }) => person),
        );
        expect(new Set<string>(onDuty(roster({ timeZone, shifts }), when))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('nothing changes before the next change, and something does at it', () => {
    fc.assert(
      fc.property(
        zone,
        fc.array(shift, { maxLength: 4 }),
        fc.array(override, { maxLength: 3 }),
        anInstant,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (timeZone, shifts, overrides, when, part) => {
          const of = roster({ timeZone, shifts, overrides });
          const before = new Set(onDuty(of, when));
          const change = nextChange(of, when);
          const end = change ?? when + 60 * 86_400_000;
          expect(new Set(onDuty(of, instant(Math.floor(when + (end - 1 - when) * part))))).toEqual(before);
          expect(change === null ? null : new Set(onDuty(of, change))).not.toEqual(before);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('an instant lies in a gap exactly when nobody is on duty', () => {
    fc.assert(
      fc.property(
        zone,
        fc.array(shift, { maxLength: 4 }),
        fc.array(override, { maxLength: 3 }),
        anInstant,
        fc.integer({ min: 0, max: 14 * 86_400_000 - 1 }),
        (timeZone, shifts, overrides, from, into) => {
          const of = roster({ timeZone, shifts, overrides });
          const when = instant(from + into);
          const inGap = gaps(of, from, instant(from + 14 * 86_400_000)).some((gap) => gap.from <= when && when < gap.to);
          expect(inGap).toBe(onDuty(of, when).length === 0);
        },
      ),
      { numRuns: 200 },
    );
  });
});
