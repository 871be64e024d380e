import type { PersonId } from '../../domain/ids.ts';
import { type Instant, instant } from '../../domain/instant.ts';
import type { Roster, RosterOverride } from '../../domain/people.ts';
import { type LocalDay, wallTimeIn } from './wall-time.ts';

interface Duty {
  readonly person: PersonId;
  /** Minutes after midnight of the day the shift belongs to; `to` may lie on the following day. */
  readonly from: number;
  readonly to: number;
}

interface Plan {
  /** The duties that start on a weekday, Monday first. */
  readonly byWeekday: readonly (readonly Duty[])[];
  /** Every minute of a day at which some shift begins or ends. */
  readonly boundaries: readonly number[];
}

/** Two of every weekday: a shift that a clock change swallows is seen a week later. */
const horizonDays = 15;
const dayMinutes = 1_440;

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

const planOf = (roster: Roster): Plan => {
  const byWeekday: Duty[][] = [[], [], [], [], [], [], []];
  const boundaries = new Set<number>();
  for (const shift of roster.shifts) {
    const from = minutesOf(shift.from);
    const end = minutesOf(shift.to);
    const to = end <= from ? end + dayMinutes : end;
    for (const weekday of new Set(shift.weekdays)) byWeekday[weekday - 1]?.push({ person: shift.person, from, to });
    boundaries.add(from % dayMinutes).add(to % dayMinutes);
  }
  return { byWeekday, boundaries: [...boundaries].sort((a, b) => a - b) };
};

const plans = new WeakMap<Roster, Plan>();

const planFor = (roster: Roster): Plan => {
  const known = plans.get(roster);
  if (known) return known;
  const made = planOf(roster);
  plans.set(roster, made);
  return made;
};

/** 1970-01-01 was a Thursday; 0 is Monday. */
const weekdayIndex = (day: LocalDay): number => (((day + 3) % 7) + 7) % 7;

const holds = (override: RosterOverride, at: Instant): boolean => override.from <= at && at < override.to;

/** Overrides act on the shifts, not on one another: a swap (A for B, B for A) works, and of two for the same person the later entry holds. */
const withOverrides = (roster: Roster, at: Instant, onShift: ReadonlySet<PersonId>): PersonId[] => {
  const standIns = new Map<PersonId, PersonId | null>();
  const additions: PersonId[] = [];
  for (const override of roster.overrides) {
    if (!holds(override, at)) continue;
    if (override.replaces !== null) standIns.set(override.replaces, override.person);
    else if (override.person !== null) additions.push(override.person);
  }
  const present = new Set<PersonId>();
  for (const person of onShift) {
    const standIn = standIns.get(person);
    if (standIn !== null) present.add(standIn ?? person);
  }
  for (const person of additions) present.add(person);
  return [...present];
};

/**
 * Who is on duty at an instant, without repeats, in the order of the shifts and then of the additions. Shifts are read on the wall clock of
 * the roster's time zone; a shift over midnight belongs to the weekday it started on; the start is inside, the end is not. A start or end
 * that a clock change leaves out is the first existing instant after it; in a repeated hour it happens once, the first time. The roster
 * must not be changed in place: its plan is remembered by identity.
 */
export const onDuty = (roster: Roster, at: Instant): PersonId[] => {
  const wall = wallTimeIn(roster.timeZone);
  const { byWeekday } = planFor(roster);
  const today = wall.dayOf(at);
  const onShift = new Set<PersonId>();
  // Where clocks go back across midnight, tomorrow's first minutes come before the last of today.
  for (const day of [today - 1, today, today + 1]) {
    for (const duty of byWeekday[weekdayIndex(day)] ?? []) {
      if (wall.instantOf(day, duty.from) <= at && at < wall.instantOf(day, duty.to)) onShift.add(duty.person);
    }
  }
  return withOverrides(roster, at, onShift);
};

const samePeople = (a: readonly PersonId[], b: readonly PersonId[]): boolean => a.length === b.length && a.every((p) => b.includes(p));

/** The first change after `from` and not after `until` while no override begins or ends; a week without one has none for ever. */
const changeOfShift = (roster: Roster, from: Instant, until: number): Instant | null => {
  const wall = wallTimeIn(roster.timeZone);
  const { boundaries } = planFor(roster);
  const before = onDuty(roster, from);
  const today = wall.dayOf(from);
  for (let day = today - 1; day <= today + horizonDays; day += 1) {
    for (const minute of boundaries) {
      const at = wall.instantOf(day, minute);
      if (at <= from) continue;
      if (at > until) return null;
      if (!samePeople(before, onDuty(roster, at))) return at;
    }
  }
  return null;
};

/** The first instant after `after` at which other people are on duty than at `after`; null when that never happens. */
export const nextChange = (roster: Roster, after: Instant): Instant | null => {
  const before = onDuty(roster, after);
  const cuts = new Set<number>();
  for (const { from, to } of roster.overrides) cuts.add(from).add(to);
  let start = after;
  for (const cut of [...cuts].filter((c) => c > after).sort((a, b) => a - b)) {
    const found = changeOfShift(roster, start, cut - 1);
    if (found !== null) return found;
    if (!samePeople(before, onDuty(roster, instant(cut)))) return instant(cut);
    start = instant(cut);
  }
  return changeOfShift(roster, start, Number.POSITIVE_INFINITY);
};

/** A stretch of time: `from` is inside, `to` is not. */
export interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

/** When, from `from` until `to`, nobody is on duty, in order: silence found before it matters. Whether those on duty can be reached is another question. */
export const gaps = (roster: Roster, from: Instant, to: Instant): Stretch[] => {
  const found: Stretch[] = [];
  let at = from;
  while (at < to) {
    const change = nextChange(roster, at);
    const end = change === null || change > to ? to : change;
    if (onDuty(roster, at).length === 0) found.push({ from: at, to: end });
    at = end;
  }
  return found;
};
