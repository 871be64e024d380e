import type { AlarmEventType, Escalation } from '../../domain/alarm.ts';
import type { PersonId, WebhookId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Purpose } from '../../domain/notification.ts';
import type { Directory } from './directory.ts';
import { dueAtOf } from './due.ts';
import type { Step, Tell } from './step.ts';

/** A step while it is being worked out. It lives within one call, so that the functions around it stay pure to whoever calls them. */
export interface Draft {
  escalation: Escalation;
  readonly at: Instant;
  readonly directory: Directory;
  /** By receiver: nobody is told twice in one step. */
  readonly tells: Map<string, Tell>;
  readonly events: Step['events'][number][];
  /** Receivers that a level has told in this very step. */
  readonly toldNow: Set<string>;
}

export const personKey = (person: PersonId): string => `person ${person}`;
export const webhookKey = (webhook: WebhookId): string => `webhook ${webhook}`;

/** Begins a step. */
export const draftOf = (escalation: Escalation, at: Instant, directory: Directory): Draft => ({
  escalation,
  at,
  directory,
  tells: new Map(),
  events: [],
  toldNow: new Set(),
});

/** Ends a step, with the next instant at which something is due. */
export const stepOf = (draft: Draft, reopen = false): Step => ({
  escalation: { ...draft.escalation, dueAt: dueAtOf(draft.escalation) },
  tell: [...draft.tells.values()],
  events: draft.events,
  reopen,
});

export const change = (draft: Draft, changes: Partial<Escalation>): void => {
  draft.escalation = { ...draft.escalation, ...changes };
};

/** One line of the alarm's log, by the gateway. */
export const note = (draft: Draft, type: AlarmEventType, data: Record<string, unknown>, lateMs = 0): void => {
  draft.events.push({ type, at: draft.at, by: { type: 'gateway' }, lateMs, data });
};

/** Of two things to say to one receiver in one step, the one that asks for more is said. */
const weight: Record<Purpose, number> = {
  closed: 0,
  returned: 0,
  taken: 0,
  reminder: 1,
  raised: 2,
  'raised-again': 3,
  exhausted: 4,
  'dispatch-unverified': 5,
};

const say = (draft: Draft, key: string, tell: Tell): void => {
  const already = draft.tells.get(key);
  if (!already || weight[already.purpose] < weight[tell.purpose]) draft.tells.set(key, tell);
};

/** Tells a person, who is then one of those told. The caller has asked whether they can be reached. */
export const tellPerson = (draft: Draft, person: PersonId, purpose: Purpose): void => {
  say(draft, personKey(person), { person, webhook: null, purpose });
  const { told } = draft.escalation;
  if (!told.includes(person)) change(draft, { told: [...told, person] });
};

/** Tells a webhook, which is then one of those told. */
export const tellWebhook = (draft: Draft, webhook: WebhookId, purpose: Purpose): void => {
  say(draft, webhookKey(webhook), { person: null, webhook, purpose });
  const { toldWebhooks } = draft.escalation;
  if (!toldWebhooks.includes(webhook)) change(draft, { toldWebhooks: [...toldWebhooks, webhook] });
};

/** Tells those of `people` who can be reached, and says of the others why they are skipped. Returns those told. */
export const tellReachable = (draft: Draft, people: readonly PersonId[], purpose: Purpose): PersonId[] => {
  const reached: PersonId[] = [];
  for (const person of new Set(people)) {
    const why = draft.directory.reach(person);
    if (why === 'reachable') {
      tellPerson(draft, person, purpose);
      reached.push(person);
    } else note(draft, 'person-skipped', { person, why, purpose });
  }
  return reached;
};
