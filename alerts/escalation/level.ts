import type { Escalation } from '../../domain/alarm.ts';
import type { PersonId, WebhookId } from '../../domain/ids.ts';
import { after, milliseconds } from '../../domain/instant.ts';
import type { Purpose } from '../../domain/notification.ts';
import type { Level } from '../../domain/policy.ts';
import { type Draft, change, note, personKey, tellPerson, tellWebhook, webhookKey } from './draft.ts';
import { targetsOf } from './targets.ts';

const purposeOf = (level: Level | undefined): Purpose => (level?.asks === 'dispatch-unverified' ? 'dispatch-unverified' : 'raised');

/** Whether somebody was asked at least as much in this round; being asked to go counts as more than being asked to look. */
const wasAsked = (escalation: Escalation, index: number, isReceiver: (told: Escalation['toldThisRound'][number]) => boolean): boolean => {
  const asksToGo = escalation.policy.levels[index]?.asks === 'dispatch-unverified';
  return escalation.toldThisRound.some(
    (told) => isReceiver(told) && (!asksToGo || escalation.policy.levels[told.level]?.asks === 'dispatch-unverified'),
  );
};

type Admission = 'welcome' | 'told-now' | 'already-told' | 'declined' | 'unknown-person' | 'no-channel';

const admissionOf = (draft: Draft, person: PersonId, index: number): Admission => {
  const { escalation } = draft;
  if (escalation.declined.includes(person)) return 'declined';
  if (wasAsked(escalation, index, (told) => told.person === person))
    return draft.toldNow.has(personKey(person)) ? 'told-now' : 'already-told';
  const reach = draft.directory.reach(person);
  return reach === 'reachable' ? 'welcome' : reach;
};

/** Tells a person for a level, once; they are no longer waited for, and are tried anew if they could not be reached before. */
const tellFor = (draft: Draft, index: number, person: PersonId): void => {
  tellPerson(draft, person, purposeOf(draft.escalation.policy.levels[index]));
  draft.toldNow.add(personKey(person));
  const { toldThisRound, queue, unreachable } = draft.escalation;
  change(draft, {
    since: draft.at,
    toldThisRound: [...toldThisRound, { level: index, person, webhook: null }],
    queue: queue.filter((waiting) => waiting.person !== person),
    unreachable: unreachable.filter((other) => other !== person),
  });
};

const tellWebhookFor = (draft: Draft, index: number, webhook: WebhookId): void => {
  tellWebhook(draft, webhook, purposeOf(draft.escalation.policy.levels[index]));
  draft.toldNow.add(webhookKey(webhook));
  const { toldThisRound } = draft.escalation;
  change(draft, { since: draft.at, toldThisRound: [...toldThisRound, { level: index, person: null, webhook }] });
};

const skip = (draft: Draft, index: number, person: PersonId, why: Admission): void => {
  note(draft, 'person-skipped', { person, why, level: index, round: draft.escalation.round });
};

/** Puts the people after the first into the queue, one each `eachMs`; who waits already keeps the earlier place. */
const enqueue = (draft: Draft, index: number, people: readonly PersonId[], eachMs: number): void => {
  const { queue } = draft.escalation;
  const fresh = people
    .map((person, place) => ({ level: index, person, dueAt: after(draft.at, milliseconds(eachMs * (place + 1))) }))
    .filter((entry) => !queue.some((waiting) => waiting.person === entry.person && waiting.dueAt <= entry.dueAt));
  const kept = queue.filter((waiting) => !fresh.some((entry) => entry.person === waiting.person));
  change(draft, { queue: [...kept, ...fresh].sort((a, b) => a.dueAt - b.dueAt) });
};

/**
 * Tells the next level, or skips it when it has nobody to reach, and says which and why. A level whose people were all told by an earlier
 * one has nobody new to reach; told by an earlier one in this same step, they have it now and count. `oneByOneToo: false` leaves the
 * contacts after the first untold.
 * @returns whether the level reached somebody who now has time to answer.
 */
export const tellNextLevel = (draft: Draft, lateMs: number, oneByOneToo = true): boolean => {
  const index = draft.escalation.nextLevel;
  const level = draft.escalation.policy.levels[index];
  change(draft, { nextLevel: index + 1 });
  if (!level) return false;
  const { groups, webhooks, empty } = targetsOf(level, draft.at, draft.directory);
  const told: PersonId[] = [];
  let reached = false;
  const seen = new Set<PersonId>();
  for (const { people, eachMs } of groups) {
    const welcome: PersonId[] = [];
    for (const person of people) {
      if (seen.has(person)) continue;
      seen.add(person);
      const admission = admissionOf(draft, person, index);
      if (admission === 'welcome') welcome.push(person);
      else skip(draft, index, person, admission);
      reached ||= admission === 'told-now';
    }
    const atOnce = eachMs === null ? welcome : welcome.slice(0, 1);
    for (const person of atOnce) tellFor(draft, index, person);
    told.push(...atOnce);
    if (eachMs !== null && oneByOneToo) enqueue(draft, index, welcome.slice(1), eachMs);
  }
  const toldWebhooks = [...new Set(webhooks)].filter((webhook) => !wasAsked(draft.escalation, index, (entry) => entry.webhook === webhook));
  reached ||= webhooks.some((webhook) => draft.toldNow.has(webhookKey(webhook)));
  for (const webhook of toldWebhooks) tellWebhookFor(draft, index, webhook);
  reached ||= told.length > 0 || toldWebhooks.length > 0;
  const { round, queue } = draft.escalation;
  const waiting = queue.filter((entry) => entry.level === index).map((entry) => entry.person);
  if (reached)
    note(draft, 'level-told', { level: index, round, asks: level.asks, people: told, webhooks: toldWebhooks, waiting, empty }, lateMs);
  else note(draft, 'level-skipped', { level: index, round, empty, targets: level.targets.length }, lateMs);
  return reached;
};

/** Tells the contact in order who waits first, or skips them. @returns whether they were told; false too when nobody waits. */
export const tellNextWaiting = (draft: Draft, lateMs: number): boolean => {
  const [first, ...rest] = draft.escalation.queue;
  if (!first) return false;
  change(draft, { queue: rest });
  const admission = admissionOf(draft, first.person, first.level);
  if (admission !== 'welcome') {
    skip(draft, first.level, first.person, admission);
    return false;
  }
  tellFor(draft, first.level, first.person);
  const { round, queue, policy } = draft.escalation;
  const waiting = queue.filter((entry) => entry.level === first.level).map((entry) => entry.person);
  const asks = policy.levels[first.level]?.asks ?? 'answer';
  note(draft, 'level-told', { level: first.level, round, asks, people: [first.person], webhooks: [], waiting, empty: [] }, lateMs);
  return true;
};
