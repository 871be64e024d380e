import type { Escalation } from '../../domain/alarm.ts';
import type { PersonId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import { advance, beginRound, exhaust, repeatIfDue } from './advance.ts';
import type { Directory } from './directory.ts';
import { type Draft, draftOf, stepOf, tellReachable, tellWebhook } from './draft.ts';
import { exhaustionDueAt, repeatDueAt } from './due.ts';
import type { Step } from './step.ts';

/** Tells everybody told so far once more, but for `not`. @returns whether that reached anybody. */
const tellAgain = (draft: Draft, not: PersonId | null = null): boolean => {
  const { told, toldWebhooks } = draft.escalation;
  for (const webhook of toldWebhooks) tellWebhook(draft, webhook, 'raised-again');
  const people = told.filter((person) => person !== not);
  return tellReachable(draft, people, 'raised-again').length > 0 || toldWebhooks.length > 0;
};

/**
 * A second call during an alarm that nobody has answered: tells everybody told so far once more, and whoever is due by now; the clock is not
 * moved. When that reaches nobody, the next level is told at once, or a new round begins: a second call is never swallowed. After the
 * policy's last word (shouted once, no repeat), and when the escalation was not running, the levels begin again.
 */
export const callAgain = (escalation: Escalation, at: Instant, directory: Directory): Step => {
  if (escalation.phase === 'answered' || escalation.phase === 'stopped') return restart(escalation, at, directory);
  const draft = draftOf(escalation, at, directory);
  const reached = tellAgain(draft);
  if (escalation.phase === 'telling') {
    const toldBefore = escalation.told.length + escalation.toldWebhooks.length > 0;
    advance(draft, { atOnce: !reached && toldBefore });
    const nobodyHeard = draft.tells.size === 0 && exhaustionDueAt(draft.escalation) !== null;
    if (draft.escalation.phase === 'telling' && nobodyHeard) exhaust(draft, 0);
  } else if (escalation.phase === 'exhausted') {
    const due = repeatDueAt(escalation);
    if (reached && due !== null) repeatIfDue(draft, due);
    else beginRound(draft, 0);
  }
  return stepOf(draft);
};

/**
 * Begins again at the first level, now, with the policy the alarm started with: after a new call on an answered alarm, or after an
 * acknowledgement was taken back. Those told before are told again, whoever's level it is, so that who had acknowledged hears it.
 * `cannot` is who has just said "I can't" and so taken their own answer back: they are not asked in this round.
 */
export const restart = (escalation: Escalation, at: Instant, directory: Directory, cannot: PersonId | null = null): Step => {
  const draft = draftOf(escalation, at, directory);
  tellAgain(draft, cannot);
  beginRound(draft, 0, cannot === null ? [] : [cannot]);
  return stepOf(draft);
};
