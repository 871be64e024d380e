import { CarebedFailure } from '../../domain/failure.ts';
import { bedIdSchema, deviceIdSchema, homeIdSchema, type BedId, type DeviceId, type HomeId } from '../../domain/ids.ts';
import { days, minutes, type Instant } from '../../domain/instant.ts';
import { factsSchema, type Facts } from '../../domain/reading.ts';
import type { ReadingTable } from '../store/schema.ts';
import type { Selectable } from 'kysely';

/** A row of the journal as it lies in the store. */
export type ReadingRow = Selectable<ReadingTable>;

/** One committed message as a point in time, ready for either store. */
export interface TelemetryPoint {
  readonly seq: number;
  readonly device: DeviceId;
  readonly home: HomeId | null;
  readonly bed: BedId | null;
  readonly at: Instant;
  readonly facts: Facts;
}

/** How far ahead of our clock a device's own time may be and still be believed: clocks of devices drift by seconds, seldom minutes. */
export const believedAhead = minutes(5);
/** How far behind: a home without network for a week sends what it kept; beyond that the clock is more likely wrong. */
export const believedBehind = days(7);

/**
 * When a reading was taken, for charts: the device's own time when it is believable, else the time we received it. Rules never use it.
 */
export function telemetryInstant(receivedAt: number, deviceAt: number | null): Instant {
  const believed = deviceAt !== null && deviceAt >= receivedAt - believedBehind && deviceAt <= receivedAt + believedAhead;
  return (believed ? deviceAt : receivedAt) as Instant;
}

/** {@link telemetryInstant} in SQL, over the columns of `reading`. */
export const telemetryInstantSql = `CASE WHEN device_at BETWEEN received_at - ${believedBehind} AND received_at + ${believedAhead} THEN device_at ELSE received_at END`;

/**
 * The point of a journal row. Throws CarebedFailure `telemetry-row-invalid` when the row does not hold what the vocabulary says: a kind
 * renamed without a migration, or a damaged file.
 */
export function toTelemetryPoint(row: ReadingRow): TelemetryPoint {
  return {
    seq: row.seq,
    device: deviceIdSchema.parse(row.device),
    home: row.home === null ? null : homeIdSchema.parse(row.home),
    bed: row.bed === null ? null : bedIdSchema.parse(row.bed),
    at: telemetryInstant(row.received_at, row.device_at),
    facts: readFacts(row),
  };
}

function readFacts(row: ReadingRow): Facts {
  try {
    return factsSchema.parse(JSON.parse(row.facts)) as Facts;
  } catch (cause) {
    throw new CarebedFailure('telemetry-row-invalid', `Journal row ${row.seq} does not hold facts that the vocabulary knows.`, { cause });
  }
}
