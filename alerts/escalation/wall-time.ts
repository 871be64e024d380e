import { IANAZone } from 'luxon';
import { type Instant, instant } from '../../domain/instant.ts';

/** A day of a calendar, counted from 1970-01-01, whatever the time zone. */
export type LocalDay = number;

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Offsets lie between −12 and +14 hours, so the instant of a wall-clock time lies within these of the same digits read as UTC. */
const earliestMs = 15 * 3_600_000;
const latestMs = 13 * 3_600_000;
/** A roster is asked about a handful of days around now; the limit only keeps a walk through years from growing the cache. */
const cachedDays = 1_024;

/** Time zone arithmetic of one zone. Clock changes are looked for once a day, not once a question. */
export interface WallTime {
  /** The calendar day of that instant. */
  dayOf(at: Instant): LocalDay;
  /**
   * The instant of a wall-clock time, `minutes` after midnight of `day` (more than 1440 runs into the following day). A time that the
   * spring change leaves out is the first existing instant after it; a time that the autumn change repeats is its first occurrence.
   */
  instantOf(day: LocalDay, minutes: number): Instant;
}

const transitionBetween = (offsetMs: (at: number) => number, low: number, high: number): Instant => {
  const before = offsetMs(low);
  let [last, first] = [low, high];
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2);
    if (offsetMs(middle) === before) last = middle;
    else first = middle;
  }
  return instant(first);
};

const createWallTime = (zoneName: string): WallTime => {
  const zone = IANAZone.create(zoneName);
  const offsetMs = (at: number): number => (zone.isValid ? Math.round(zone.offset(at) * minuteMs) : 0);
  /** The offset that holds all around a day, or null when the clock changes near it. */
  const steady = new Map<LocalDay, number | null>();

  const steadyOffset = (day: LocalDay): number | null => {
    const known = steady.get(day);
    if (known !== undefined) return known;
    const start = offsetMs(day * dayMs - earliestMs);
    const found = start === offsetMs((day + 2) * dayMs + latestMs) ? start : null;
    if (steady.size >= cachedDays) steady.clear();
    steady.set(day, found);
    return found;
  };

  return {
    dayOf: (at) => Math.floor((at + offsetMs(at)) / dayMs),
    instantOf(day, minutes) {
      const local = day * dayMs + minutes * minuteMs;
      const offset = steadyOffset(day);
      if (offset !== null) return instant(local - offset);
      const [low, high] = [local - earliestMs, local + latestMs];
      const [before, later] = [offsetMs(low), offsetMs(high)];
      if (offsetMs(local - before) === before) return instant(local - before);
      if (offsetMs(local - later) === later) return instant(local - later);
      return transitionBetween(offsetMs, low, high);
    },
  };
};

const zones = new Map<string, WallTime>();

/** The wall clock of a time zone, made once. A zone that this machine no longer knows is read as UTC: duty must be answered all the same. */
export const wallTimeIn = (timeZone: string): WallTime => {
  const known = zones.get(timeZone);
  if (known) return known;
  const made = createWallTime(timeZone);
  zones.set(timeZone, made);
  return made;
};
