import type { BedId, DeviceId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { ReadingKind, ReadingValue } from '../../domain/reading.ts';

/** Whose readings: one device's, or everything that was said for a bed while its devices stood there. */
export type TelemetrySubject = { readonly device: DeviceId } | { readonly bed: BedId };

/** A look at history. `from` is inside, `to` is outside. */
export interface SeriesQuery {
  readonly of: TelemetrySubject;
  readonly kinds: readonly ReadingKind[];
  readonly from: Instant;
  readonly to: Instant;
  /** Null for the readings themselves; otherwise the length in milliseconds of the windows they are summed up in, counted from 1970. */
  readonly windowMs: number | null;
  /** Most readings of each kind, the newest kept; or most windows that `from`–`to` may span. 1 to {@link maxSeriesLimit}. */
  readonly limit: number;
}

export const maxSeriesLimit = 20_000;
export const maxLastDevices = 500;

export interface SeriesPoint {
  readonly at: Instant;
  readonly value: ReadingValue;
}

/** A window with at least one reading. `from` is its aligned start, which may lie before the query's `from`. */
export type SeriesWindow =
  | {
      readonly from: Instant;
      readonly count: number;
      readonly last: number;
      readonly mean: number;
      readonly min: number;
      readonly max: number;
    }
  /** `trueShare`: the share of the readings (not of the time) that were true, 0 to 1. */
  | { readonly from: Instant; readonly count: number; readonly last: boolean; readonly trueShare: number }
  | { readonly from: Instant; readonly count: number; readonly last: string };

/** The answer for one kind, oldest first. */
export type KindSeries =
  /** `truncated`: there were older readings in the range than `limit` let through. */
  | { readonly kind: ReadingKind; readonly form: 'points'; readonly points: readonly SeriesPoint[]; readonly truncated: boolean }
  | { readonly kind: ReadingKind; readonly form: 'windows'; readonly windows: readonly SeriesWindow[] };

/** The last readings of some devices, looking no further back than `since`. */
export interface LastQuery {
  /** At most {@link maxLastDevices}. */
  readonly devices: readonly DeviceId[];
  readonly since: Instant;
}

export interface LastValue {
  readonly kind: ReadingKind;
  readonly at: Instant;
  readonly value: ReadingValue;
}

/**
 * History, answered alike by InfluxDB and by the embedded store. Readings are placed by {@link telemetryInstant}; of two of one
 * millisecond the later committed comes last. Throws CarebedFailure `telemetry-query-invalid` (400) for a query that cannot be answered in
 * bounded work, `telemetry-unavailable` (503) when the store does not answer.
 */
export interface TelemetryQueries {
  /** One entry for each kind asked for, in that order, empty when there is nothing. */
  series(query: SeriesQuery): Promise<readonly KindSeries[]>;
  /** Every kind each device reported since then, with its last value. A silent device is absent; kinds come in the vocabulary's order. */
  last(query: LastQuery): Promise<ReadonlyMap<DeviceId, readonly LastValue[]>>;
}
