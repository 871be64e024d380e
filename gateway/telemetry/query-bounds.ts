import { CarebedFailure } from '../../domain/failure.ts';
import { type LastQuery, maxLastDevices, maxSeriesLimit, type SeriesQuery } from './store.ts';

const invalid = (message: string): CarebedFailure => new CarebedFailure('telemetry-query-invalid', message, { status: 400 });

/** Throws CarebedFailure `telemetry-query-invalid` unless this can be answered in bounded work. */
export function assertSeriesQuery({ from, to, windowMs, limit }: SeriesQuery): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxSeriesLimit)
    throw invalid(`limit must be a whole number from 1 to ${maxSeriesLimit}.`);
  if (from > to) throw invalid('from must not be later than to.');
  if (windowMs === null) return;
  if (!Number.isInteger(windowMs) || windowMs < 1_000) throw invalid('window must be at least one second.');
  const windows = Math.ceil(to / windowMs) - Math.floor(from / windowMs);
  if (windows > limit) throw invalid(`from and to span ${windows} windows and limit is ${limit}; use a longer window or a shorter time.`);
}

/** Throws CarebedFailure `telemetry-query-invalid` when too many devices are asked for at once. */
export function assertLastQuery({ devices }: LastQuery): void {
  if (devices.length > maxLastDevices) throw invalid(`At most ${maxLastDevices} devices can be asked for at once.`);
}
