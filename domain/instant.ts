import { z } from 'zod';

/** A point in wall-clock time: milliseconds since 1970-01-01T00:00:00Z. Records carry instants; waits are stored as instants too. */
export type Instant = number & z.$brand<'Instant'>;

/** A length of time in milliseconds. */
export type Duration = number & z.$brand<'Duration'>;

export const instantSchema = z.number().int().nonnegative().brand<'Instant'>();

/** Promises the instant of a whole, non-negative number of milliseconds since the epoch; the caller vouches for it. */
export const instant = (epochMilliseconds: number): Instant => epochMilliseconds as Instant;

export const milliseconds = (count: number): Duration => count as Duration;
export const seconds = (count: number): Duration => (count * 1_000) as Duration;
export const minutes = (count: number): Duration => (count * 60_000) as Duration;
export const hours = (count: number): Duration => (count * 3_600_000) as Duration;
export const days = (count: number): Duration => (count * 86_400_000) as Duration;

/** The instant `wait` after `from`. */
export const after = (from: Instant, wait: Duration): Instant => (from + wait) as Instant;

/** How long it is from `from` to `to`; negative when `to` is earlier. */
export const between = (from: Instant, to: Instant): Duration => (to - from) as Duration;

/** RFC 3339 in UTC, with milliseconds: how instants are written wherever a person or another system reads them. */
export const toRfc3339 = (at: Instant): string => new Date(at).toISOString();

/** The two clocks. `now` is for records and stored waits; `monotonic` (milliseconds, any origin) for measuring how long something took. */
export interface Clock {
  now(): Instant;
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now() as Instant,
  monotonic: () => performance.now(),
};

/** An RFC 3339 time on the wire, read into an {@link Instant}. */
export const rfc3339Schema = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text) as Instant);

export const timeZoneSchema = z.string().refine(
  (zone) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  },
  { error: 'is not an IANA time zone; write it like Asia/Shanghai' },
);

/** A time of day on the wall clock, `HH:MM`, 00:00 to 24:00. */
export const clockTimeSchema = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, { error: 'is not a clock time; write it like 21:30' });
