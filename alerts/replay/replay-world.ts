import type { CareNumbers } from '../../domain/care-profile.ts';
import type { Home, Resident, ResidentState } from '../../domain/home.ts';
import type { BedId, HomeId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import { type Policy, policySchema } from '../../domain/policy.ts';
import type { World } from '../../domain/world.ts';

/** Where a resident was, from an instant on. */
export interface StateChange {
  readonly bed: BedId;
  readonly at: Instant;
  readonly state: ResidentState;
}

export interface ReplayWorldOptions {
  /** The numbers to try on a bed instead of those in force; null leaves them. */
  readonly numbersOf?: (bed: BedId | null) => CareNumbers | null;
  /** Where residents were, in any order. A bed that is not here keeps the state of its record, or is at home when `statesKnown`. */
  readonly states?: readonly StateChange[];
}

/** Tells nobody and never tries again: in a replay there is nobody to tell. */
const silentPolicy: Policy = policySchema.parse({
  id: 'replay',
  name: 'replay',
  levels: [{ afterSeconds: 0, targets: [] }],
  repeatSeconds: null,
  remindSeconds: null,
  reopenSeconds: null,
});

/** The records as a replay sees them: those of `base`, with other numbers, residents where they were at the time, and nobody to be told. */
export interface ReplayWorld extends World {
  /** Time has come this far. It never goes back. */
  passTo(now: Instant): void;
}

export const createReplayWorld = (base: World, { numbersOf, states = [] }: ReplayWorldOptions = {}): ReplayWorld => {
  const homes = new Map<HomeId, Home | undefined>();
  const residents = new Map<BedId, Resident | undefined>();
  const current = new Map<BedId, ResidentState>();
  const changes = states.toSorted((a, b) => a.at - b.at);
  let next = 0;

  return {
    ...base,
    home(id) {
      if (!homes.has(id)) {
        const home = base.home(id);
        homes.set(id, home === undefined ? undefined : { ...home, policies: {} });
      }
      return homes.get(id);
    },
    residentOf(bed) {
      const known = residents.get(bed);
      if (known !== undefined) return known;
      const resident = base.residentOf(bed);
      const state = current.get(bed);
      const placed = resident === undefined || state === undefined ? resident : { ...resident, state };
      residents.set(bed, placed);
      return placed;
    },
    careNumbers: (bed) => numbersOf?.(bed) ?? base.careNumbers(bed),
    contactsOf: () => [],
    policy: () => silentPolicy,
    passTo(now) {
      for (let change = changes[next]; change !== undefined && change.at <= now; change = changes[next]) {
        current.set(change.bed, change.state);
        residents.delete(change.bed);
        next += 1;
      }
    },
  };
};
