import type { Actor, Alarm } from '../../../domain/alarm.ts';
import type { PersonId } from '../../../domain/ids.ts';
import type { Purpose } from '../../../domain/notification.ts';
import type { PageWords } from './page-words.ts';

/** Who somebody is to the reader of the page: a name they may know, themselves, or nobody they know. */
export type NameFor = (person: PersonId | null) => Promise<string>;

const personOf = (actor: Actor): PersonId | null => (actor.type === 'person' ? actor.person : null);

/** How the alarm stands now, in a line, and who is already on it. */
export const howItStands = async (alarm: Alarm, words: PageWords, name: NameFor): Promise<string> => {
  const { state, arrived, dispatched } = alarm;
  if (state.value === 'closed') return words.state.closed;
  if (arrived !== null) return words.state.arrived(await name(arrived.responder ?? personOf(arrived.by)));
  if (dispatched !== null) return words.state.onTheWay(await name(dispatched.responder ?? personOf(dispatched.by)));
  switch (state.value) {
    case 'unacknowledged':
      return words.state.open;
    case 'acknowledged': {
      const by = personOf(state.by);
      return by === null ? words.state.taken : words.state.takenBy(await name(by));
    }
    case 'returned-unacknowledged':
      return words.state.returned;
    case 'shelved':
    case 'suppressed':
    case 'out-of-service':
      return words.state.quiet;
  }
};

/** Whether this person is the one who has taken it. */
const isOnIt = ({ state, dispatched, arrived }: Alarm, person: PersonId): boolean =>
  (state.value === 'acknowledged' && personOf(state.by) === person) ||
  [dispatched, arrived].some((response) => response !== null && (response.responder ?? personOf(response.by)) === person);

/** What a message of this moment to this person would be for, so that the page asks for what is still to be done. */
export const purposeNow = (alarm: Alarm, sent: Purpose, person: PersonId): Purpose => {
  if (alarm.state.value === 'closed') return 'closed';
  if (alarm.state.value === 'acknowledged' && !isOnIt(alarm, person)) return 'taken';
  if (alarm.state.value === 'returned-unacknowledged') return 'returned';
  return sent === 'dispatch-unverified' || sent === 'exhausted' ? sent : alarm.calls > 1 ? 'raised-again' : 'raised';
};

/** Whether there is still something to answer. */
export const canAnswer = (alarm: Alarm): boolean => alarm.state.value !== 'closed';
