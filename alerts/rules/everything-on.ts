import type { CareNumbersOverride } from '../../domain/care-profile.ts';

/** Every rule that can be switched on, switched on: for the tests that hold for all of them. */
export const everythingOn: CareNumbersOverride = {
  notInBedBy: { enabled: true },
  notUpBy: { enabled: true },
  restless: { enabled: true },
  noTurning: { enabled: true },
  nightTrips: { enabled: true },
  noSignOfLife: { enabled: true },
  wandering: { enabled: true },
  stale: { enabled: true },
};
