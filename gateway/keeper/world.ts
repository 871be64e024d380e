import type Database from 'better-sqlite3';
import { z } from 'zod';
import { type CareNumbers, type CareNumbersOverride, careNumbersOf, careProfileSchema } from '../../domain/care-profile.ts';
import { deviceSchema } from '../../domain/device.ts';
import { CarebedFailure } from '../../domain/failure.ts';
import { bedSchema, districtSchema, homeSchema, providerSchema, residentSchema } from '../../domain/home.ts';
import type { BedId, DeviceId, DeviceModelId, HomeId } from '../../domain/ids.ts';
import type { Duration } from '../../domain/instant.ts';
import { type Contact, contactSchema, personSchema, rosterSchema } from '../../domain/people.ts';
import { policySchema } from '../../domain/policy.ts';
import type { World } from '../../domain/world.ts';
import { type RecordName, recordNames } from '../store/schema.ts';

/** The schema of each record: what its `body` must be. */
export const recordSchemas = {
  district: districtSchema,
  provider: providerSchema,
  home: homeSchema,
  bed: bedSchema,
  resident: residentSchema,
  device: deviceSchema,
  person: personSchema,
  contact: contactSchema,
  roster: rosterSchema,
  policy: policySchema,
  profile: careProfileSchema,
} as const satisfies Record<RecordName, z.ZodType>;

type Records = { [Name in RecordName]: Map<string, z.infer<(typeof recordSchemas)[Name]>> };

/**
 * Commands refuse numbers that contradict one another. Should such a pair stand in the store all the same, a bed without any numbers would
 * be a bed whose button calls nobody: the resident's own give way, then the profile's.
 */
const numbersThatFit = (profile: CareNumbersOverride, own: CareNumbersOverride): CareNumbers => {
  for (const [shared, single] of [
    [profile, own],
    [profile, {}],
  ] as const) {
    try {
      return careNumbersOf(shared, single);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
    }
  }
  return careNumbersOf({}, {});
};

const noBeds: readonly BedId[] = [];

export interface KeptWorld extends World {
  /** Reads every record of the store anew. */
  load(db: Database.Database): void;
  /** A record was committed. `body` is trusted: it has passed its schema. */
  put(name: RecordName, body: { readonly id: string }): void;
  remove(name: RecordName, id: string): void;
  get<Name extends RecordName>(name: Name, id: string): z.infer<(typeof recordSchemas)[Name]> | undefined;
  /** The home a record belongs to, for scope, audit and the live stream; null for what belongs to no home. */
  homeOf(name: RecordName, id: string): HomeId | null;
}

/** @param heartbeatOf how often a model promises to speak */
export const createWorld = (heartbeatOf: (model: DeviceModelId) => Duration | null): KeptWorld => {
  const records = Object.fromEntries(recordNames.map((name) => [name, new Map()])) as Records;
  const residents = new Map<string, string>();
  const contacts = new Map<string, Set<string>>();
  const beds = new Map<HomeId, readonly BedId[]>();
  const children = new Map<string, string>();
  const numbers = new Map<BedId | null, CareNumbers>();
  const sortedContacts = new Map<HomeId, readonly Contact[]>();

  const childKey = (hub: string, name: string): string => `${hub} ${name}`;

  const unindex = (name: RecordName, id: string): void => {
    if (name === 'resident') {
      const old = records.resident.get(id);
      if (old !== undefined && residents.get(old.bed) === id) residents.delete(old.bed);
    } else if (name === 'contact') {
      const old = records.contact.get(id);
      if (old !== undefined) contacts.get(old.home)?.delete(id);
      sortedContacts.clear();
    } else if (name === 'device') {
      const old = records.device.get(id);
      if (old?.hub != null) {
        children.delete(childKey(old.hub, old.id));
        if (old.hubName !== null) children.delete(childKey(old.hub, old.hubName));
      }
    }
    if (name === 'resident' || name === 'profile' || name === 'bed') numbers.clear();
    if (name === 'bed') beds.clear();
  };

  const index = (name: RecordName, id: string): void => {
    if (name === 'resident') {
      const resident = records.resident.get(id);
      if (resident !== undefined) residents.set(resident.bed, id);
    } else if (name === 'contact') {
      const contact = records.contact.get(id);
      if (contact === undefined) return;
      const ofHome = contacts.get(contact.home) ?? new Set();
      ofHome.add(id);
      contacts.set(contact.home, ofHome);
    } else if (name === 'device') {
      const device = records.device.get(id);
      if (device?.hub == null) return;
      children.set(childKey(device.hub, device.id), id);
      if (device.hubName !== null) children.set(childKey(device.hub, device.hubName), id);
    }
  };

  const world: KeptWorld = {
    load(db) {
      for (const map of [residents, contacts, children, numbers, sortedContacts, beds]) map.clear();
      for (const name of recordNames) {
        records[name].clear();
        const rows = db.prepare<[], { id: string; body: string }>(`SELECT id, body FROM ${name}`).iterate();
        for (const row of rows) {
          const parsed = recordSchemas[name].safeParse(JSON.parse(row.body));
          if (!parsed.success) {
            throw new CarebedFailure(
              'store-unreadable',
              `${name} ${row.id} in the store does not fit this version: ${parsed.error.issues[0]?.path.join('.')}`,
            );
          }
          (records[name] as Map<string, unknown>).set(row.id, parsed.data);
          index(name, row.id);
        }
      }
    },
    put(name, body) {
      unindex(name, body.id);
      (records[name] as Map<string, unknown>).set(body.id, body);
      index(name, body.id);
    },
    remove(name, id) {
      unindex(name, id);
      records[name].delete(id);
    },
    get<Name extends RecordName>(name: Name, id: string) {
      return records[name].get(id);
    },
    homeOf(name, id) {
      if (name === 'home') return id as HomeId;
      if (name === 'bed') return records.bed.get(id)?.home ?? null;
      if (name === 'device') return records.device.get(id)?.home ?? null;
      if (name === 'contact') return records.contact.get(id)?.home ?? null;
      if (name === 'resident') return records.bed.get(records.resident.get(id)?.bed ?? '')?.home ?? null;
      return null;
    },
    home: (id) => records.home.get(id),
    bed: (id) => records.bed.get(id),
    bedsOf(home) {
      if (beds.size === 0) {
        for (const [at, its] of Map.groupBy(records.bed.values(), (bed) => bed.home)) beds.set(at, its.map((bed) => bed.id).sort());
      }
      return beds.get(home) ?? noBeds;
    },
    residentOf: (bed) => records.resident.get(residents.get(bed) ?? ''),
    careNumbers(bed) {
      const known = numbers.get(bed);
      if (known !== undefined) return known;
      const resident = bed === null ? undefined : world.residentOf(bed);
      const profile = resident === undefined ? undefined : records.profile.get(resident.profile);
      const found = numbersThatFit(profile?.numbers ?? {}, resident?.numbers ?? {});
      numbers.set(bed, found);
      return found;
    },
    device: (id) => records.device.get(id),
    childOf: (hub, name) => records.device.get(children.get(childKey(hub, name)) ?? ''),
    heartbeat(id: DeviceId) {
      const device = records.device.get(id);
      return device === undefined || !device.enabled ? null : heartbeatOf(device.model);
    },
    person: (id) => records.person.get(id),
    contactsOf(home) {
      const known = sortedContacts.get(home);
      if (known !== undefined) return known;
      const ofHome = [...(contacts.get(home) ?? [])].flatMap((id) => records.contact.get(id) ?? []);
      ofHome.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
      sortedContacts.set(home, ofHome);
      return ofHome;
    },
    roster: (id) => records.roster.get(id),
    policy: (id) => records.policy.get(id),
  };
  return world;
};
