import { type Clock, type Instant, milliseconds, type Duration } from '../domain/instant.ts';

/** What the wall clock did that a wait must not. */
export type ClockStep = { readonly by: Duration };

/** A step smaller than this is drift, and is followed. */
const driftMs = 1_000;

/**
 * Wall time that never runs backward. It follows the wall clock while that moves like the monotonic one; a step forward is taken at once
 * (what is due comes early rather than late); a step backward is not taken: the clock goes on by the monotonic one until the wall has caught
 * up or the process is started anew, so that no waiting escalation is put off by a clock that was set. `onStep` hears of both.
 */
export const createSteadyClock = (
  onStep: (step: ClockStep) => void,
  wall: () => number = Date.now,
  monotonic: () => number = () => performance.now(),
): Clock => {
  let offset = wall() - monotonic();
  let last = 0;
  let behind = false;
  return {
    now(): Instant {
      const steady = monotonic() + offset;
      const difference = wall() - steady;
      if (difference > driftMs) {
        offset += difference;
        onStep({ by: milliseconds(Math.round(difference)) });
      } else if (difference < -driftMs) {
        if (!behind) onStep({ by: milliseconds(Math.round(difference)) });
        behind = true;
      } else {
        behind = false;
        offset += difference;
      }
      last = Math.max(last, Math.round(monotonic() + offset));
      return last as Instant;
    },
    monotonic,
  };
};
