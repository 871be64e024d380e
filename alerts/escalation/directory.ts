import type { PersonId, RosterId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { PersonRole } from '../../domain/people.ts';

/** Who can be told about one alarm: the escalation's view of rosters, people and the home's contacts. Pure data behind pure functions. */
export interface Directory {
  /** Those on duty at that instant, without repeats; null when there is no such roster. */
  onDuty(roster: RosterId, at: Instant): readonly PersonId[] | null;
  /** The home's contacts in their order. */
  contacts(): readonly PersonId[];
  /** `reachable`; or why not. */
  reach(person: PersonId): 'reachable' | 'unknown-person' | 'no-channel';
  /** What the person is to the resident; null when nobody has that id. */
  role(person: PersonId): PersonRole | null;
}
