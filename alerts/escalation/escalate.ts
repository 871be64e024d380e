import type { AlarmStateValue, Escalation } from '../../domain/alarm.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Policy } from '../../domain/policy.ts';
import { advance, repeatIfDue } from './advance.ts';
import { restart } from './again.ts';
import { remindOrReopen, stop } from './answered.ts';
import type { Directory } from './directory.ts';
import { draftOf, stepOf, tellReachable, tellWebhook } from './draft.ts';
import { repeatDueAt } from './due.ts';
import { tellNextLevel } from './level.ts';
import type { Step } from './step.ts';

/** What an escalation begins with. */
export interface Start {
  /** The policy in force now; the escalation keeps this copy. */
  readonly policy: Policy;
  /** A pre-alert tells the first level only, at once, and nothing follows by itself. */
  readonly stage: 'pre-alert' | 'alarm';
  readonly at: Instant;
  readonly directory: Directory;
  /** How late the alarm itself was raised, in ms; marked on the first level. */
  readonly lateMs?: number;
  /** The escalation of the pre-alert that now becomes an alarm: those it told are told this too, and later the end. */
  readonly previous?: Escalation | null;
}

const begun = ({ policy, stage, at, previous }: Start): Escalation => ({
  policy,
  phase: stage === 'pre-alert' ? 'pre-alert' : 'telling',
  since: at,
  startedAt: at,
  round: previous ? previous.round + 1 : 1,
  nextLevel: 0,
  dueAt: null,
  told: previous?.told ?? [],
  toldWebhooks: previous?.toldWebhooks ?? [],
  toldThisRound: [],
  queue: [],
  declined: [],
  unreachable: [],
  answeredBy: null,
  exhausted: false,
  reminded: false,
});

/** Begins at the first level, and with those whom a pre-alert told: tells whom it means, or goes on at once when it means nobody. */
export const startEscalation = (start: Start): Step => {
  const draft = draftOf(begun(start), start.at, start.directory);
  const lateMs = start.lateMs ?? 0;
  const { told, toldWebhooks } = draft.escalation;
  tellReachable(draft, told, 'raised');
  for (const webhook of toldWebhooks) tellWebhook(draft, webhook, 'raised');
  if (start.stage === 'pre-alert') tellNextLevel(draft, lateMs, false);
  else advance(draft, { lateMs });
  return stepOf(draft);
};

/**
 * Does everything that is due by `at`, marked with how late it is. Nothing due: the same escalation and nobody to tell. The alarm's state
 * guards against an escalation that was not told of a change: what is acknowledged is no longer told up the levels, what is unacknowledged
 * is not left waiting for somebody's arrival, what is over stays silent.
 */
export const wake = (escalation: Escalation, state: AlarmStateValue, at: Instant, directory: Directory): Step => {
  const { phase } = escalation;
  const telling = phase === 'telling' || phase === 'exhausted';
  if (state === 'acknowledged') {
    if (telling) return stop(escalation, at, { acknowledged: true });
    return remindOrReopen(escalation, at, directory);
  }
  if (state !== 'unacknowledged' && state !== 'returned-unacknowledged') return stop(escalation, at, { acknowledged: false });
  if (phase === 'answered') return restart(escalation, at, directory);
  const draft = draftOf(escalation, at, directory);
  if (phase === 'telling') advance(draft);
  else if (phase === 'exhausted') repeatIfDue(draft, repeatDueAt(escalation));
  return stepOf(draft);
};
