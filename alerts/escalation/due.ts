import type { Escalation } from '../../domain/alarm.ts';
import { type Instant, after, instant, milliseconds, seconds } from '../../domain/instant.ts';
import type { Policy } from '../../domain/policy.ts';

/** Nobody is given less to answer: 60 s is what the acknowledgement of a high alarm is measured by (domain facts §4). */
const leastAnswerSeconds = 60;

/**
 * How long the last level has to answer, in seconds, before the gateway says that nobody did: as long as the last but one had (the gap
 * between the two last times of the policy; with one time only, the policy's repeat time), and at least 60 s. Default policy: 60.
 */
export const answerSeconds = (policy: Policy): number => {
  const times = policy.levels.map((level) => level.afterSeconds);
  const last = times.at(-1) ?? 0;
  const previous = times.findLast((time) => time < last);
  const gap = previous === undefined ? (policy.repeatSeconds ?? leastAnswerSeconds) : last - previous;
  return Math.max(leastAnswerSeconds, gap);
};

/** When a level is due if none before it is skipped; null when there is no such level. */
export const levelDueAt = (escalation: Escalation, level: number): Instant | null => {
  const found = escalation.policy.levels[level];
  return found ? after(escalation.startedAt, seconds(found.afterSeconds)) : null;
};

/** When this round counts as unanswered; null while somebody is still to be told. */
export const exhaustionDueAt = (escalation: Escalation): Instant | null => {
  const everybodyTold = escalation.nextLevel >= escalation.policy.levels.length && escalation.queue.length === 0;
  return everybodyTold ? after(escalation.since, seconds(answerSeconds(escalation.policy))) : null;
};

const sinceThen = (escalation: Escalation, wait: number | null): Instant | null =>
  wait === null ? null : after(escalation.since, seconds(wait));

/** When the next round begins, after an exhaustion; null when the policy shouts once. */
export const repeatDueAt = (escalation: Escalation): Instant | null => sinceThen(escalation, escalation.policy.repeatSeconds);

/** When the reminder of an acknowledged alarm is due; null when it has gone out or the policy has none. */
export const reminderDueAt = (escalation: Escalation): Instant | null =>
  escalation.reminded ? null : sinceThen(escalation, escalation.policy.remindSeconds);

/** When an acknowledgement that nobody acted on is taken back; null when the policy never does. */
export const reopeningDueAt = (escalation: Escalation): Instant | null => sinceThen(escalation, escalation.policy.reopenSeconds);

const earliest = (...instants: readonly (Instant | null)[]): Instant | null => {
  const known = instants.filter((at) => at !== null);
  return known.length === 0 ? null : instant(Math.min(...known));
};

/** The earliest thing due in the escalation's phase; null when nothing is. */
export const dueAtOf = (escalation: Escalation): Instant | null => {
  switch (escalation.phase) {
    case 'telling':
      return earliest(levelDueAt(escalation, escalation.nextLevel), escalation.queue[0]?.dueAt ?? null, exhaustionDueAt(escalation));
    case 'exhausted':
      return repeatDueAt(escalation);
    case 'answered':
      return earliest(reminderDueAt(escalation), reopeningDueAt(escalation));
    case 'pre-alert':
    case 'stopped':
      return null;
  }
};

/** How late `at` is for something due at `due`, in ms; 0 when it is early. */
export const lateness = (due: Instant, at: Instant): number => milliseconds(Math.max(0, at - due));
