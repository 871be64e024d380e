import { z } from 'zod';
import { after, clockTimeSchema, hours, type Instant, instantSchema, minutes } from '../../domain/instant.ts';
import { nextClockTime } from './conditions/between-clock-times.ts';
import { within } from './conditions/within.ts';

export const dailyCheckSchema = z.strictObject({
  /** The clock time it was set for: when a nurse changes it, the check is set anew. */
  by: clockTimeSchema,
  /** When the clock showed that time. */
  base: instantSchema,
  /** When to look: `base`, or later when it had to be put off. */
  at: instantSchema,
});
/** A look at the bed at the same clock time each day. */
export type DailyCheck = z.infer<typeof dailyCheckSchema>;

/** [judgement] While something quiets the check it is made again this often … */
const again = minutes(30);
/** … for this long; after that it is another part of the day, and the next day's check comes. */
const putOffFor = hours(6);

/** The check in force at `at`: the same when `by` has not changed. */
export const checkInForce = (check: DailyCheck | null, by: string, at: Instant, timeZone: string): DailyCheck => {
  if (check !== null && check.by === by) return check;
  const base = nextClockTime(at, by, timeZone);
  return { by, base, at: base };
};

export const nextDay = (check: DailyCheck, timeZone: string): DailyCheck => {
  const base = nextClockTime(check.base, check.by, timeZone);
  return { ...check, base, at: base };
};

/** Looks again at `at` (when absent: half an hour later), or the next day when that is too late. */
export const putOff = (check: DailyCheck, timeZone: string, at: Instant = after(check.at, again)): DailyCheck =>
  within(check.base, at, putOffFor) ? { ...check, at } : nextDay(check, timeZone);
