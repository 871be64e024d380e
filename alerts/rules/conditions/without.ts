import { after, type Duration, type Instant } from '../../../domain/instant.ts';

/** *Without*: nothing since `last` for `wait` by `at`. What was never heard of (null) is not missed: silence of what never spoke says nothing. */
export const without = (last: Instant | null, wait: Duration, at: Instant): boolean => last !== null && after(last, wait) <= at;
