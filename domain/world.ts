import type { CareNumbers } from './care-profile.ts';
import type { Device } from './device.ts';
import type { Bed, Home, Resident } from './home.ts';
import type { BedId, DeviceId, HomeId, PersonId, PolicyId, RosterId } from './ids.ts';
import type { Duration } from './instant.ts';
import type { Contact, Person, Roster } from './people.ts';
import type { Policy } from './policy.ts';

/** The records as decisions see them: lookups that cost nothing and never fail. Kept in memory by the keeper beside the store. */
export interface World {
  home(id: HomeId): Home | undefined;
  bed(id: BedId): Bed | undefined;
  bedsOf(home: HomeId): readonly BedId[];
  residentOf(bed: BedId): Resident | undefined;
  /** The numbers in force for the bed's resident; the defaults where there is none. */
  careNumbers(bed: BedId | null): CareNumbers;
  device(id: DeviceId): Device | undefined;
  /** The hub's child of that name (its hubName or its id). */
  childOf(hub: DeviceId, name: string): Device | undefined;
  /** How often the device's model promises to speak; null when it promises nothing. */
  heartbeat(device: DeviceId): Duration | null;
  person(id: PersonId): Person | undefined;
  /** In their order. */
  contactsOf(home: HomeId): readonly Contact[];
  roster(id: RosterId): Roster | undefined;
  policy(id: PolicyId): Policy | undefined;
}
