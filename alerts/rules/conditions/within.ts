import type { Instant } from '../../../domain/instant.ts';

/** *Within*: `at` lies at or after `from`, by less than `wait` ms. A clock that was set back makes it false: then it counts as new, which is loud. */
export const within = (from: Instant, at: Instant, wait: number): boolean => at >= from && at - from < wait;
