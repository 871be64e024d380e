import type { PersonId, RosterId, WebhookId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Level, Target } from '../../domain/policy.ts';
import type { Directory } from './directory.ts';

/** Why a target gave nobody to tell. */
export interface EmptyTarget {
  readonly target: Target['type'];
  readonly roster: RosterId | null;
  readonly why: 'unknown-roster' | 'nobody-on-duty' | 'no-contacts';
}

/** People of one target, to be told together or one after another. */
export interface Group {
  readonly people: readonly PersonId[];
  /** Milliseconds from one to the next; null: all at once. */
  readonly eachMs: number | null;
}

/** Whom a level means at one instant, before anybody is asked whether they can be reached. */
export interface LevelTargets {
  /** Those told at once first, then the slower ones. */
  readonly groups: readonly Group[];
  readonly webhooks: readonly WebhookId[];
  readonly empty: readonly EmptyTarget[];
}

/** Resolves a level's targets at an instant. Never throws: what is no longer there is named in `empty`. */
export const targetsOf = (level: Level, at: Instant, directory: Directory): LevelTargets => {
  const groups: Group[] = [];
  const webhooks: WebhookId[] = [];
  const empty: EmptyTarget[] = [];
  for (const target of level.targets) {
    if (target.type === 'webhook') webhooks.push(target.webhook);
    else if (target.type === 'person') groups.push({ people: [target.person], eachMs: null });
    else if (target.type === 'roster') {
      const people = directory.onDuty(target.roster, at);
      if (people === null || people.length === 0) {
        empty.push({ target: 'roster', roster: target.roster, why: people === null ? 'unknown-roster' : 'nobody-on-duty' });
      } else groups.push({ people, eachMs: null });
    } else {
      const people = directory.contacts();
      if (people.length === 0) empty.push({ target: 'contacts', roster: null, why: 'no-contacts' });
      else groups.push({ people, eachMs: target.order === 'in-order' ? target.eachSeconds * 1_000 : null });
    }
  }
  // Whoever is meant by two targets is told by the one that comes sooner.
  groups.sort((a, b) => (a.eachMs ?? 0) - (b.eachMs ?? 0));
  return { groups, webhooks, empty };
};
