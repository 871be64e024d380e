import type { Instant } from '../../domain/instant.ts';
import { betweenClockTimes } from './conditions/between-clock-times.ts';

/** The end of the night that `at` lies in, or null when it is day; see {@link betweenClockTimes}. */
export const nightEnd = (at: Instant, from: string, to: string, timeZone: string): Instant | null =>
  betweenClockTimes(at, from, to, timeZone)?.to ?? null;
