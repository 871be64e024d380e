import { after, type Clock, type Duration, type Instant } from '../../domain/instant.ts';

/** A clock that moves only when told to. */
export interface ManualClock extends Clock {
  advance(by: Duration): void;
}

export const createManualClock = (start: Instant): ManualClock => {
  let now = start;
  return {
    now: () => now,
    monotonic: () => now,
    advance: (by) => {
      now = after(now, by);
    },
  };
};
