import { CarebedFailure } from '../../domain/failure.ts';
import type { IPoint } from 'influx';
import type { InfluxConnection } from './influx-connection.ts';
import { readInfluxFailure } from './influx-failure.ts';
import { toInfluxPoint } from './influx-points.ts';
import { type ReadingRow, toTelemetryPoint } from './point.ts';

/** A journal row that InfluxDB will never take, put aside with the reason. */
export interface ParkedRow {
  readonly row: ReadingRow;
  readonly code: 'telemetry-row-invalid' | 'telemetry-row-refused';
}

/** What became of a batch that was written. */
export interface BatchOutcome {
  readonly written: number;
  readonly parked: readonly ParkedRow[];
  /** Rows older than the database keeps. InfluxDB says how many, not which. */
  readonly expired: number;
}

interface Entry {
  readonly row: ReadingRow;
  readonly point: IPoint;
}

/**
 * Writes these rows, each once however often it is called. Rows that InfluxDB refuses are found by halving. Throws the client's error when
 * nothing is wrong with the rows and the same ones are to be written again later.
 */
export async function writeBatch(connection: InfluxConnection, rows: readonly ReadingRow[]): Promise<BatchOutcome> {
  const parked: ParkedRow[] = [];
  const entries: Entry[] = [];
  let expired = 0;
  for (const row of rows) {
    try {
      entries.push({ row, point: toInfluxPoint(toTelemetryPoint(row)) });
    } catch (cause) {
      if (!(cause instanceof CarebedFailure)) throw cause;
      parked.push({ row, code: 'telemetry-row-invalid' });
    }
  }

  const write = async (some: readonly Entry[], mayCreate: boolean): Promise<void> => {
    const [first] = some;
    if (first === undefined) return;
    try {
      await connection.write(some.map(({ point }) => point));
    } catch (cause) {
      const failure = readInfluxFailure(cause);
      if (failure.type === 'expired') {
        expired += failure.count;
      } else if (failure.type === 'no-database' && mayCreate) {
        await connection.createDatabase();
        await write(some, false);
      } else if (failure.type === 'bad-rows' && some.length === 1) {
        parked.push({ row: first.row, code: 'telemetry-row-refused' });
      } else if (failure.type === 'bad-rows') {
        const middle = some.length >> 1;
        await write(some.slice(0, middle), mayCreate);
        await write(some.slice(middle), mayCreate);
      } else {
        throw cause;
      }
    }
  };
  await write(entries, true);
  return { written: rows.length - parked.length - expired, parked, expired };
}
