import type { Escalation } from '../../domain/alarm.ts';
import type { PersonId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import { goOnWithout } from './advance.ts';
import type { Directory } from './directory.ts';
import { change, draftOf, note, stepOf } from './draft.ts';
import type { Step } from './step.ts';

/**
 * Somebody says "I can't": the next contact in order is told at once; when everybody of the level told last has said so (or could not be
 * reached), the next level is; when nobody at all is left, that is said aloud. Said twice, it counts once. They are not asked again in this
 * round. The log line `declined` is the alarm's own.
 */
export const declined = (escalation: Escalation, person: PersonId, at: Instant, directory: Directory): Step => {
  const draft = draftOf(escalation, at, directory);
  if (escalation.declined.includes(person)) return stepOf(draft);
  change(draft, {
    declined: [...escalation.declined, person],
    queue: escalation.queue.filter((waiting) => waiting.person !== person),
  });
  if (escalation.phase === 'telling') goOnWithout(draft, person);
  return stepOf(draft);
};

/**
 * Every channel to a person has failed. Goes on as if they had said "I can't", and says so in the log; a report that comes twice moves
 * nothing the second time.
 */
export const unreachable = (escalation: Escalation, person: PersonId, at: Instant, directory: Directory): Step => {
  const draft = draftOf(escalation, at, directory);
  note(draft, 'unreachable', { person, round: escalation.round });
  if (escalation.unreachable.includes(person)) return stepOf(draft);
  change(draft, { unreachable: [...escalation.unreachable, person] });
  if (escalation.phase === 'telling') goOnWithout(draft, person);
  return stepOf(draft);
};
