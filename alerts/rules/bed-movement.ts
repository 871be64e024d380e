import type { DeviceId } from '../../domain/ids.ts';
import type { Reading } from '../../domain/reading.ts';

/** What a reading tells of movement in the bed: null when it tells nothing of it. `motion` counts from the bed's own pad alone; elsewhere it is the room's. */
export const movementIn = (reading: Reading, pad: DeviceId | null, fromPercent: number): boolean | null => {
  const { turned, movement, motion, occupied } = reading.facts;
  const padMotion = reading.device === pad || occupied !== undefined ? motion : undefined;
  if (turned === undefined && movement === undefined && padMotion === undefined) return null;
  return turned === true || (movement !== undefined && movement >= fromPercent) || padMotion === true;
};
