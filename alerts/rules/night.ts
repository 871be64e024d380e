import { DateTime } from 'luxon';
import type { Instant } from '../../domain/instant.ts';

const clock = (day: DateTime, time: string): DateTime => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour === 24 ? day.plus({ days: 1 }).startOf('day') : day.startOf('day').set({ hour, minute });
};

/**
 * The end of the night that `at` lies in, or null when it is day. A night begins at `from` and ends before `to` on the wall clock of
 * `timeZone` (IANA); `to` at or before `from` is on the next day. On a day when clocks change the wall clock decides, so the night is an
 * hour shorter or longer; a time that the change leaves out is taken as much later as the clocks jump, one that comes twice the first time.
 */
export const nightEnd = (at: Instant, from: string, to: string, timeZone: string): Instant | null => {
  const today = DateTime.fromMillis(at, { zone: timeZone }).startOf('day');
  for (const day of [today, today.minus({ days: 1 })]) {
    const start = clock(day, from);
    const sameDay = clock(day, to);
    const end = to > from ? sameDay : clock(day.plus({ days: 1 }), to);
    if (start.toMillis() <= at && at < end.toMillis()) return end.toMillis() as Instant;
  }
  return null;
};
