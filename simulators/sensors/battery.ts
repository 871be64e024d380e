import { days, type Instant } from '../../domain/instant.ts';
import type { Random } from '../random.ts';

/** A battery that fades in a straight line from what it had at `from`, and never below nothing. */
export interface Battery {
  /** Percent, whole. */
  levelAt(at: Instant): number;
}

/**
 * @param fadePerDay percent a day; a coin cell lasts about two years, so 0.14 by default.
 */
export const createBattery = (from: Instant, random: Random, options: { startPercent?: number; fadePerDay?: number } = {}): Battery => {
  const start = options.startPercent ?? random.integer(45, 100);
  const fade = options.fadePerDay ?? random.between(0.1, 0.2);
  return { levelAt: (at) => Math.max(0, Math.min(100, Math.round(start - (fade * (at - from)) / days(1)))) };
};
