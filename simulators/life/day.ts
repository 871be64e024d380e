import { hours, type Instant, instant, minutes } from '../../domain/instant.ts';
import type { Random } from '../random.ts';
import { dayNumberOf, midnightOf } from './local-time.ts';
import { afterEvent, atFirst, type ResidentEvent, type ResidentState, type Room } from './resident-event.ts';

const trip = (at: Instant, room: Room, awayMs: number): ResidentEvent[] => [
  { at, type: 'gets-up' },
  { at: instant(at + 20_000), type: 'moves', room },
  { at: instant(at + awayMs), type: 'moves', room: 'bedroom' },
  { at: instant(at + awayMs + 15_000), type: 'lies-down' },
];

/** How many trips in a night: more than half of old people go at least twice (domain facts §3, nocturia). */
const nightTrips = (random: Random): number => random.pick([0, 1, 1, 2, 2, 2, 3]);

/**
 * One day of the calendar, from midnight: everything of it is drawn from `random` forked by the day's number, so that a day is the same
 * whenever the simulation starts. The evening's going to bed belongs to this day, the trips after midnight to the next.
 */
const oneDay = (midnight: Instant, random: Random): ResidentEvent[] => {
  const at = (hour: number, spreadMinutes: number): Instant =>
    instant(Math.round(midnight + hours(hour) + minutes(random.around(0, spreadMinutes))));
  const events: ResidentEvent[] = [];
  const trips = nightTrips(random);
  for (let i = 0; i < trips; i++) {
    const slot = midnight + hours(0.75) + ((i + random.between(0.15, 0.7)) / trips) * hours(4.75);
    events.push(...trip(instant(Math.round(slot)), 'bathroom', Math.round(minutes(random.between(3, 9)))));
  }
  for (let turn = midnight + minutes(random.between(5, 40)); turn < midnight + hours(5.75); turn += minutes(random.between(15, 70))) {
    events.push({ at: instant(Math.round(turn)), type: 'turns-over' });
  }
  const up = at(6.5, 12);
  events.push({ at: up, type: 'gets-up' }, { at: instant(up + 30_000), type: 'moves', room: 'bathroom' });
  events.push({ at: at(7.25, 4), type: 'moves', room: 'kitchen' }, { at: at(8, 5), type: 'moves', room: 'living-room' });
  if (random.chance(0.75)) {
    const out = at(9, 12);
    const back = instant(Math.round(out + minutes(random.between(20, 80))));
    for (const moment of [out, back]) {
      events.push({ at: moment, type: 'opens-door' }, { at: instant(moment + 12_000), type: 'closes-door' });
    }
    events.push({ at: instant(back + 20_000), type: 'moves', room: 'living-room' });
  }
  events.push({ at: at(11.5, 5), type: 'moves', room: 'kitchen' });
  if (random.chance(0.8)) {
    const nap = at(12.9, 6);
    events.push({ at: nap, type: 'lies-down' }, { at: instant(Math.round(nap + minutes(random.between(25, 75)))), type: 'gets-up' });
  }
  events.push({ at: at(15, 10), type: 'moves', room: 'living-room' }, { at: at(17.5, 8), type: 'moves', room: 'kitchen' });
  events.push({ at: at(19, 8), type: 'moves', room: 'living-room' }, { at: at(21.4, 4), type: 'moves', room: 'bathroom' });
  events.push({ at: at(22, 8), type: 'lies-down' });
  return events.toSorted((a, b) => a.at - b.at);
};

/**
 * How things stand at `from`, when the resident has lived as {@link livesADay} says.
 */
export const stateAt = (from: Instant, random: Random): ResidentState => {
  const midnight = midnightOf(from);
  let state: ResidentState = { ...atFirst, inBed: true, room: 'bedroom' };
  for (const event of oneDay(midnight, random.fork('day', dayNumberOf(from)))) if (event.at < from) state = afterEvent(state, event);
  return state;
};

/** An old person's days from `from` on, in order, without end: in bed about 22:00, trips at night, up about 06:30, kitchen, door, nap. */
export function* livesADay(from: Instant, random: Random): Generator<ResidentEvent, void, undefined> {
  for (let midnight = midnightOf(from); ; midnight = instant(midnight + hours(24))) {
    for (const event of oneDay(midnight, random.fork('day', dayNumberOf(midnight)))) if (event.at >= from) yield event;
  }
}
