import { DateTime } from 'luxon';
import type { Instant } from '../../../domain/instant.ts';
import type { Language } from '../../../domain/language.ts';

/** A stretch of time; `to` no longer belongs to it. */
export interface Period {
  readonly from: Instant;
  readonly to: Instant;
}

const clock = (day: DateTime, time: string): DateTime => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour === 24 ? day.plus({ days: 1 }).startOf('day') : day.startOf('day').set({ hour, minute });
};

const instantOf = (time: DateTime): Instant => time.toMillis() as Instant;

/**
 * *Between clock times*: the period from `from` to `to` on the wall clock of `timeZone` (IANA) that `at` lies in; null when it lies in none.
 * `to` at or before `from` is on the next day. On a day when clocks change the wall clock decides, so the period is an hour shorter or
 * longer; a time that the change leaves out is taken as much later as the clocks jump, one that comes twice the first time.
 */
export const betweenClockTimes = (at: Instant, from: string, to: string, timeZone: string): Period | null => {
  const today = DateTime.fromMillis(at, { zone: timeZone }).startOf('day');
  for (const day of [today, today.minus({ days: 1 })]) {
    const start = clock(day, from);
    const end = clock(to > from ? day : day.plus({ days: 1 }), to);
    if (start.toMillis() <= at && at < end.toMillis()) return { from: instantOf(start), to: instantOf(end) };
  }
  return null;
};

/** The first instant after `at` (never `at` itself) at which the wall clock shows `time`; as {@link betweenClockTimes} when clocks change. */
export const nextClockTime = (at: Instant, time: string, timeZone: string): Instant => {
  const yesterday = DateTime.fromMillis(at, { zone: timeZone }).startOf('day').minus({ days: 1 });
  for (let days = 0; ; days += 1) {
    const found = clock(yesterday.plus({ days }), time);
    if (found.toMillis() > at) return instantOf(found);
  }
};

export const sayBetween = (from: string, to: string, language: Language): string =>
  language === 'zh-CN' ? `${from} 到 ${to} 之间` : `between ${from} and ${to}`;
