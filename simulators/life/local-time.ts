import { hours, type Instant, instant } from '../../domain/instant.ts';

const dayMs = hours(24);

/** The street lies in Asia/Shanghai, which has had no clock changes since 1991: a fixed offset is exact. */
const offsetMs = hours(8);

/** Midnight, on the street's clocks, of the day that holds `at`. */
export const midnightOf = (at: Instant): Instant => instant(Math.floor((at + offsetMs) / dayMs) * dayMs - offsetMs);

/** The next time at or after `at` when the street's clocks show `HH:MM`. */
export const nextClockTime = (at: Instant, clock: string): Instant => {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  const today = midnightOf(at) + hour * 3_600_000 + minute * 60_000;
  return instant(today >= at ? today : today + dayMs);
};

/** Days since the epoch on the street's calendar: names a day, the same for every start within it. */
export const dayNumberOf = (at: Instant): number => Math.floor((at + offsetMs) / dayMs);
