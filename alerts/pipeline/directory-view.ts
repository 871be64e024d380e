import type { HomeId } from '../../domain/ids.ts';
import type { World } from '../../domain/world.ts';
import type { Directory } from '../escalation/directory.ts';
import { onDuty } from '../escalation/roster.ts';

/** Who can be told about an alarm of this home, as the records stand. */
export const directoryOf = (world: World, home: HomeId): Directory => ({
  onDuty: (id, at) => {
    const roster = world.roster(id);
    return roster === undefined ? null : onDuty(roster, at);
  },
  contacts: () => world.contactsOf(home).map((contact) => contact.person),
  reach: (id) => {
    const person = world.person(id);
    if (person === undefined) return 'unknown-person';
    return person.channels.length === 0 ? 'no-channel' : 'reachable';
  },
  role: (id) => world.person(id)?.role ?? null,
});
