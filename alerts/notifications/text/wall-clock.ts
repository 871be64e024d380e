import { DateTime } from 'luxon';

/**
 * A time as the people of that home read it off their wall: `04:12`; with the date (`11-22 23:58`) when that is not the day of `reference`.
 */
export const wallClock = (at: number, reference: number, timeZone: string): string => {
  const time = DateTime.fromMillis(at, { zone: timeZone });
  const day = DateTime.fromMillis(reference, { zone: timeZone });
  return time.toFormat(time.hasSame(day, 'day') ? 'HH:mm' : 'MM-dd HH:mm');
};
