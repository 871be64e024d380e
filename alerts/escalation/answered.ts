import type { Escalation } from '../../domain/alarm.ts';
import type { PersonId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Directory } from './directory.ts';
import { change, draftOf, note, stepOf, tellReachable } from './draft.ts';
import { dueAtOf, lateness, reminderDueAt, reopeningDueAt } from './due.ts';
import { isStaff } from './staff.ts';
import type { Step, Tell } from './step.ts';

const settled = (escalation: Escalation, tell: readonly Tell[] = []): Step => ({
  escalation: { ...escalation, dueAt: dueAtOf(escalation) },
  tell,
  events: [],
  reopen: false,
});

/** How an escalation is stopped. */
export interface Stop {
  /** True: somebody has taken it, and the policy's reminder and reopening now become due. False: arrived, closed, shelved … nothing does. */
  readonly acknowledged: boolean;
  /** Who acknowledged, when it is a known person: they are reminded. */
  readonly by?: PersonId | null;
}

/** Nobody further is told up the levels. A second acknowledgement begins the wait for an arrival anew. */
export const stop = (escalation: Escalation, at: Instant, { acknowledged, by = null }: Stop): Step =>
  settled({
    ...escalation,
    phase: acknowledged ? 'answered' : 'stopped',
    since: at,
    queue: [],
    reminded: false,
    answeredBy: acknowledged ? by : escalation.answeredBy,
  });

/**
 * Acknowledged, and neither arrived nor resolved: reminds who acknowledged and the staff told so far; later asks for the acknowledgement to
 * be taken back (`reopen`), after which the escalation is to be restarted. A reminder that reaches nobody asks for that at once, if the
 * policy ever does.
 */
export const remindOrReopen = (escalation: Escalation, at: Instant, directory: Directory): Step => {
  const draft = draftOf(escalation, at, directory);
  if (escalation.phase !== 'answered') return stepOf(draft);
  const reopenAt = reopeningDueAt(escalation);
  if (reopenAt !== null && reopenAt <= at) {
    change(draft, { phase: 'stopped' });
    return stepOf(draft, true);
  }
  const remindAt = reminderDueAt(escalation);
  if (remindAt === null || remindAt > at) return stepOf(draft);
  const { answeredBy, told } = escalation;
  const receivers = [...(answeredBy === null ? [] : [answeredBy]), ...told.filter((person) => isStaff(directory, person))];
  const people = tellReachable(draft, receivers.length > 0 ? receivers : told, 'reminder');
  change(draft, { reminded: true });
  note(draft, 'reminded', { people }, lateness(remindAt, at));
  if (people.length > 0 || reopenAt === null) return stepOf(draft);
  change(draft, { phase: 'stopped' });
  return stepOf(draft, true);
};

const everybodyTold = (escalation: Escalation, purpose: Tell['purpose']): Tell[] => [
  ...escalation.told.map((person): Tell => ({ person, webhook: null, purpose })),
  ...escalation.toldWebhooks.map((webhook): Tell => ({ person: null, webhook, purpose })),
];

/** Stops, and tells everybody told so far that the condition is over. */
export const tellReturned = (escalation: Escalation, at: Instant): Step => ({
  ...stop(escalation, at, { acknowledged: false }),
  tell: everybodyTold(escalation, 'returned'),
});

/**
 * After an acknowledgement: the others who were told hear that somebody has taken it, so that two do not set out for one call and nobody
 * goes on worrying. `by` is who took it, when that is a known person. Changes nothing.
 */
export const taken = (escalation: Escalation, by: PersonId | null): Step =>
  settled(
    escalation,
    everybodyTold(escalation, 'taken').filter((tell) => tell.person === null || tell.person !== by),
  );
