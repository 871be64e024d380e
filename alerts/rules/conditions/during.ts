import type { Instant } from '../../../domain/instant.ts';
import type { Period } from './between-clock-times.ts';

/** *During*: `at` lies in the period. An end that is not known yet (null for the whole) contains nothing. */
export const during = (at: Instant | null, period: Period | null): boolean =>
  at !== null && period !== null && at >= period.from && at < period.to;
