import type { Directory } from '../../alerts/escalation/directory.ts';
import { type PersonId, personIdSchema } from '../../domain/ids.ts';
import type { PersonRole } from '../../domain/people.ts';

/** People and rosters for one alarm, by plain words. Whoever is not named in `unknown` or `withoutChannel` can be reached. */
export interface People {
  readonly rosters?: Readonly<Record<string, readonly string[]>>;
  readonly contacts?: readonly string[];
  readonly unknown?: readonly string[];
  readonly withoutChannel?: readonly string[];
  readonly roles?: Readonly<Record<string, PersonRole>>;
}

export const person = (id: string): PersonId => personIdSchema.parse(id);

/** A directory that never changes. Contacts are family, everybody else is an operator, unless `roles` says otherwise. */
export const directoryOf = (people: People): Directory => ({
  onDuty: (roster) => people.rosters?.[roster]?.map(person) ?? null,
  contacts: () => (people.contacts ?? []).map(person),
  reach: (id) =>
    people.unknown?.includes(id) ? 'unknown-person' : people.withoutChannel?.includes(id) ? 'no-channel' : ('reachable' as const),
  role: (id) => (people.unknown?.includes(id) ? null : (people.roles?.[id] ?? (people.contacts?.includes(id) ? 'family' : 'operator'))),
});
