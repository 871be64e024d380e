import type { PersonId, RosterId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';

/** Who can be told about one alarm: the escalation's view of rosters, people and the home's contacts. Pure data behind pure functions. */
export interface Directory {
  /** Those on duty at that instant, without repeats; null when there is no such roster. */
  onDuty(roster: RosterId, at: Instant): readonly PersonId[] | null;
  /** The home's contacts in their order. */
  contacts(): readonly PersonId[];
  /** `reachable`; or why not. */
  reach(person: PersonId): 'reachable' | 'unknown-person' | 'no-channel';
}
