import type { Escalation } from '../../domain/alarm.ts';
import type { PersonId } from '../../domain/ids.ts';
import { type Instant, after, milliseconds } from '../../domain/instant.ts';
import { type Draft, change, note, tellReachable, tellWebhook } from './draft.ts';
import { exhaustionDueAt, lateness, levelDueAt } from './due.ts';
import { tellNextLevel, tellNextWaiting } from './level.ts';
import { isStaff } from './staff.ts';
import { targetsOf } from './targets.ts';

/** Brings the contacts of a level that still wait forward, so that the first of them is due now and the others keep their distance. */
const bringWaitingForward = (draft: Draft, level: number): void => {
  const { queue } = draft.escalation;
  const first = queue.find((entry) => entry.level === level);
  if (!first) return;
  const early = Math.max(0, first.dueAt - draft.at);
  const moved = queue.map((entry) => (entry.level === level ? { ...entry, dueAt: after(entry.dueAt, milliseconds(-early)) } : entry));
  change(draft, { queue: moved.sort((a, b) => a.dueAt - b.dueAt) });
};

/** Tells the contacts in order whose time has come; after one who cannot be reached, the next at once. */
const tellWaiting = (draft: Draft): void => {
  for (;;) {
    const first = draft.escalation.queue[0];
    if (!first || first.dueAt > draft.at) return;
    if (!tellNextWaiting(draft, lateness(first.dueAt, draft.at))) bringWaitingForward(draft, first.level);
  }
};

/** Says aloud that this round has gone unanswered: to the staff told so far and to all of the last level; to everybody when that is nobody. */
export const exhaust = (draft: Draft, lateMs: number): void => {
  const { escalation } = draft;
  const { policy, told, toldWebhooks, round } = escalation;
  const lastLevel = policy.levels.at(-1);
  const last = lastLevel ? targetsOf(lastLevel, draft.at, draft.directory) : { groups: [], webhooks: [] };
  const receivers = [...told.filter((person) => isStaff(draft.directory, person)), ...last.groups.flatMap((group) => group.people)];
  let people = tellReachable(draft, receivers, 'exhausted');
  if (people.length === 0) {
    people = tellReachable(
      draft,
      told.filter((person) => !receivers.includes(person)),
      'exhausted',
    );
  }
  const webhooks = [...new Set([...toldWebhooks, ...last.webhooks])];
  for (const webhook of webhooks) tellWebhook(draft, webhook, 'exhausted');
  change(draft, { phase: 'exhausted', since: draft.at, exhausted: true, queue: [] });
  note(draft, 'exhausted', { round, reachedAnybody: escalation.toldThisRound.length > 0, people, webhooks }, lateMs);
};

const isOut = (escalation: Escalation, person: PersonId): boolean =>
  escalation.declined.includes(person) || escalation.unreachable.includes(person);

const peopleTold = (escalation: Escalation): { readonly level: number; readonly person: PersonId }[] =>
  escalation.toldThisRound.flatMap(({ level, person }) => (person === null ? [] : [{ level, person }]));

/** Whether nobody told in this round can be hoped for any more: each has said "I can't", or every channel to them has failed. */
const everybodyIsOut = (escalation: Escalation): boolean => {
  const told = peopleTold(escalation);
  return told.length > 0 && told.every(({ person }) => isOut(escalation, person));
};

/** Whether that is so for the level that was told last. */
const latestLevelIsOut = (escalation: Escalation): boolean => {
  const told = peopleTold(escalation);
  const latest = Math.max(...told.map(({ level }) => level));
  return told.filter(({ level }) => level === latest).every(({ person }) => isOut(escalation, person));
};

/**
 * Everything due by now happens now: waiting contacts, levels, the exhaustion. A level with nobody to reach brings the next forward; later
 * levels keep their own times. `atOnce` tells the next level whether or not its time has come. `lateMs` is added to what begins a round.
 */
export const advance = (
  draft: Draft,
  { atOnce = false, lateMs = 0 }: { readonly atOnce?: boolean; readonly lateMs?: number } = {},
): void => {
  tellWaiting(draft);
  let forward = atOnce;
  for (;;) {
    const due = levelDueAt(draft.escalation, draft.escalation.nextLevel);
    if (due === null || (due > draft.at && !forward)) break;
    forward = !tellNextLevel(draft, lateMs + lateness(due, draft.at));
  }
  const reachedNobody = draft.escalation.toldThisRound.length === 0;
  const due = exhaustionDueAt(draft.escalation);
  if (due === null) return;
  if (reachedNobody) exhaust(draft, lateMs);
  else if (due <= draft.at) exhaust(draft, lateness(due, draft.at));
};

/** Goes on without somebody told in this round: the next waiting contact at once, else, when nobody of the level is left, the next level. */
export const goOnWithout = (draft: Draft, person: PersonId): void => {
  const tellings = peopleTold(draft.escalation).filter((told) => told.person === person);
  if (tellings.length === 0) return;
  const waiting = draft.escalation.queue[0];
  if (waiting) {
    bringWaitingForward(draft, waiting.level);
    tellWaiting(draft);
  }
  if (latestLevelIsOut(draft.escalation) && draft.escalation.queue.length === 0) advance(draft, { atOnce: true });
  else advance(draft);
  const nobodyElse = exhaustionDueAt(draft.escalation) !== null && everybodyIsOut(draft.escalation);
  if (draft.escalation.phase === 'telling' && nobodyElse) exhaust(draft, 0);
};

/** Begins the levels again, now. Those who said "I can't" or could not be reached are asked again, but for those in `cannot`. */
export const beginRound = (draft: Draft, lateMs: number, cannot: readonly PersonId[] = []): void => {
  change(draft, {
    phase: 'telling',
    since: draft.at,
    startedAt: draft.at,
    round: draft.escalation.round + 1,
    nextLevel: 0,
    toldThisRound: [],
    queue: [],
    declined: [...cannot],
    unreachable: [],
    answeredBy: null,
    reminded: false,
  });
  advance(draft, { lateMs });
};

/** Begins a new round when its instant has come. */
export const repeatIfDue = (draft: Draft, due: Instant | null): void => {
  if (due !== null && due <= draft.at) beginRound(draft, lateness(due, draft.at));
};
