import { z } from 'zod';
import { systemClock } from '../../domain/instant.ts';
import type { ParkedRow } from '../../gateway/telemetry/influx-batch.ts';
import { createInfluxConnection, type InfluxSettings } from '../../gateway/telemetry/influx-connection.ts';
import {
  createInfluxWriter,
  influxCursorName,
  type InfluxWriter,
  type InfluxWriterOptions,
  type InfluxWriterStatus,
} from '../../gateway/telemetry/influx-writer.ts';
import type { Influxd } from '../harness/influxd.ts';
import { waitForEvent } from '../harness/wait-for.ts';
import type { Journal } from './journal.ts';

/** A writer from a journal, started, and what it put aside. */
export interface Writing extends AsyncDisposable {
  readonly writer: InfluxWriter;
  readonly parked: ParkedRow[];
  /** Resolves at the first status, now or after an attempt, for which `wanted` holds. */
  until(what: string, wanted: (status: InfluxWriterStatus) => boolean): Promise<InfluxWriterStatus>;
  /** Resolves when everything committed up to `seq` is written. */
  caughtUp(seq: number): Promise<InfluxWriterStatus>;
}

export function startWriting(
  journal: Journal,
  { settings, ...over }: { settings: Partial<InfluxSettings> & { port: number } } & Partial<InfluxWriterOptions>,
): Writing {
  const connection = createInfluxConnection({
    protocol: 'http',
    host: '127.0.0.1',
    database: 'carebed',
    credentials: null,
    timeoutMs: 10_000,
    retentionDays: null,
    ...settings,
  });
  const parked: ParkedRow[] = [];
  const writer = createInfluxWriter({
    connection,
    readJournal: journal.read,
    position: journal.cursor(influxCursorName),
    saveCursor: async (position) => journal.saveCursor(influxCursorName, position),
    park: async (rows) => void parked.push(...rows),
    clock: systemClock,
    lingerMs: 0,
    retry: { firstMs: 20, longestMs: 200 },
    ...over,
  });
  writer.start();
  const until: Writing['until'] = async (what, wanted) => {
    const now = writer.status();
    if (wanted(now)) return now;
    return waitForEvent(what, (listener: (it: InfluxWriterStatus) => void) => writer.onAttempt(listener), wanted, {
      within: 60_000,
      state: writer.status,
    });
  };
  return {
    writer,
    parked,
    until,
    caughtUp: (seq) => until(`row ${seq} to be written`, ({ position }) => position >= seq),
    [Symbol.asyncDispose]: () => writer.stop(0),
  };
}

const seqsSchema = z.object({
  results: z.tuple([z.object({ series: z.array(z.object({ values: z.array(z.tuple([z.unknown(), z.number()])) })).default([]) })]),
});

/** The numbers of all rows found in InfluxDB, sorted; a row found twice is there twice. */
export async function seqsIn(influxd: Influxd, database = 'carebed'): Promise<readonly number[]> {
  const { results } = seqsSchema.parse(await influxd.query('SELECT "seq" FROM "reading"', database));
  return (results[0].series[0]?.values ?? []).map(([, seq]) => seq).sort((a, b) => a - b);
}

export const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);
