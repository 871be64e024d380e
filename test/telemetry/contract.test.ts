import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bedIdSchema, deviceIdSchema } from '../../domain/ids.ts';
import { instant } from '../../domain/instant.ts';
import { readingKinds, readingValueSchemas, type ReadingKind, type ReadingValue } from '../../domain/reading.ts';
import { createEmbeddedQueries } from '../../gateway/telemetry/embedded-queries.ts';
import { createEmbeddedTelemetry } from '../../gateway/telemetry/embedded-writer.ts';
import { createInfluxConnection } from '../../gateway/telemetry/influx-connection.ts';
import { createInfluxQueries } from '../../gateway/telemetry/influx-queries.ts';
import type { KindSeries, SeriesQuery, TelemetryQueries } from '../../gateway/telemetry/store.ts';
import { type Influxd, startInfluxd } from '../harness/influxd.ts';
import { type Journal, openJournal, type RowInput } from './journal.ts';
import { startWriting } from './writing.ts';

let influxd: Influxd;
beforeAll(async () => {
  influxd = await startInfluxd();
});
afterAll(async () => {
  await influxd.remove();
});

const start = Date.parse('2026-11-23T12:00:00Z');
const span = 60_000;
const dayMs = 86_400_000;
const kinds = ['occupied', 'heartRate', 'button', 'temperature', 'online'] as const satisfies readonly ReadingKind[];

const valueOf = (kind: ReadingKind): fc.Arbitrary<ReadingValue> => {
  const schema = readingValueSchemas[kind];
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'enum') return fc.constantFrom<ReadingValue>(...schema.options);
  return fc.oneof(fc.integer({ min: 0, max: 20 }), fc.double({ min: 0, max: 20, noNaN: true }));
};
const facts = fc.record(Object.fromEntries(kinds.map((kind) => [kind, valueOf(kind)])), { requiredKeys: [] });
/** Times fall on few milliseconds, so that several messages share one; some devices' clocks are wrong. */
const message = fc.record({
  device: fc.integer({ min: 0, max: 3 }),
  bed: fc.option(fc.integer({ min: 0, max: 1 }), { nil: null }),
  received: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: span })),
  clock: fc.option(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(-8 * dayMs, -7 * dayMs, 240_000, dayMs)), { nil: null }),
  facts,
});
const question = fc.record({
  of: fc.oneof(fc.record({ device: fc.integer({ min: 0, max: 4 }) }), fc.record({ bed: fc.integer({ min: 0, max: 2 }) })),
  kinds: fc.uniqueArray(fc.constantFrom(...kinds), { minLength: 1 }),
  from: fc.oneof(fc.integer({ min: -10, max: 10 }), fc.integer({ min: -10, max: span })),
  length: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: span }), fc.constant(span)),
  windowMs: fc.constantFrom(null, 1_000, 7_000, 60_000),
  limit: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(1_000)),
});

/** InfluxDB and SQLite add up in another order: a mean is the same to twelve digits. */
const rounded = (series: readonly KindSeries[]): unknown =>
  series.map((its) =>
    its.form === 'points'
      ? its
      : { ...its, windows: its.windows.map((it) => ('mean' in it ? { ...it, mean: it.mean.toPrecision(12) } : it)) },
  );

const answerOf = async (queries: TelemetryQueries, query: SeriesQuery): Promise<unknown> => {
  try {
    return rounded(await queries.series(query));
  } catch (cause) {
    return String(cause);
  }
};

test('both stores give the same answers to the same questions about the same readings, wherever the copying stands', async () => {
  let run = 0;
  const connection = createInfluxConnection({
    protocol: 'http',
    host: influxd.host,
    port: influxd.port,
    database: 'carebed',
    credentials: null,
    timeoutMs: 10_000,
    retentionDays: null,
  });
  const influx = createInfluxQueries(connection);
  await using journal = await openJournal();
  const embedded = createEmbeddedQueries(journal.reader);
  const copying = createEmbeddedTelemetry(journal.db, { rowsPerDevice: 2, leastRows: 3, mostRows: 40 });
  await using writing = startWriting(journal, { settings: { port: influxd.port } });

  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { minLength: 20, maxLength: 60 }),
      fc.array(question, { minLength: 6, maxLength: 12 }),
      fc.constantFrom(0, 4, 6, 8, 10, 40),
      async (messages, questions, copies) => {
        run += 1;
        const device = (index: number) => deviceIdSchema.parse(`device-${run}-${index}`);
        const bed = (index: number) => bedIdSchema.parse(`bed-${run}-${index}`);
        const rows = messages.map(
          (it): RowInput => ({
            device: device(it.device),
            bed: it.bed === null ? null : bed(it.bed),
            received_at: start + it.received,
            device_at: it.clock === null ? null : start + it.received + it.clock,
            facts: it.facts,
          }),
        );
        while (copying.copy(1_000));
        const last = journal.add(rows);
        for (let piece = 0; piece < copies; piece += 1) copying.copy(7);
        writing.writer.committed(last);
        await writing.caughtUp(last);
        for (const { of, from, length, ...rest } of questions) {
          const query: SeriesQuery = {
            ...rest,
            of: 'device' in of ? { device: device(of.device) } : { bed: bed(of.bed) },
            from: instant(start + from),
            to: instant(start + from + length),
          };
          expect(await answerOf(embedded, query)).toEqual(await answerOf(influx, query));
        }
        const ask = { devices: [0, 1, 2, 3, 4].map(device), since: instant(start + (questions[0]?.from ?? 0) - 8 * dayMs) };
        expect(await embedded.last(ask)).toEqual(await influx.last(ask));
      },
    ),
    { numRuns: 60 },
  );
  expect(writing.parked).toEqual([]);
  connection.close();
});

test('a reading of every kind comes back from both stores as it was', async () => {
  const device = deviceIdSchema.parse('device-all');
  const values = fc.tuple(...readingKinds.map((kind) => valueOf(kind).map((value) => [kind, value] as const)));
  const everything = Object.fromEntries(fc.sample(values, { numRuns: 1, seed: 7 })[0] ?? []);
  await using stores = await bothStores('kinds', [{ device, received_at: start, facts: everything }]);
  const expected = readingKinds.map((kind) => ({ kind, at: start, value: everything[kind] }));
  for (const queries of stores.both) {
    expect((await queries.last({ devices: [device], since: instant(0) })).get(device)).toEqual(expected);
    const query = { of: { device }, kinds: readingKinds, from: instant(start), to: instant(start + 1), limit: 1 };
    const points = readingKinds.map((kind) => ({
      kind,
      form: 'points',
      truncated: false,
      points: [{ at: start, value: everything[kind] }],
    }));
    expect(await queries.series({ ...query, windowMs: null })).toEqual(points);
    const windows = (await queries.series({ ...query, windowMs: 1_000 })).map((its) =>
      its.form === 'windows' ? its.windows[0]?.last : null,
    );
    expect(windows).toEqual(readingKinds.map((kind) => everything[kind]));
    expect(await queries.series({ ...query, kinds: [], windowMs: null })).toEqual([]);
  }
});

test('of more readings than the limit the newest are given, oldest first, and it is said that there are more', async () => {
  const device = deviceIdSchema.parse('pad-1');
  await using stores = await bothStores(
    'limits',
    [1, 2, 3, 4].map((value) => ({ received_at: start, facts: { heartRate: value } })),
  );
  const query = { of: { device }, kinds: ['heartRate'], from: instant(start), to: instant(start + 1), windowMs: null } as const;
  for (const queries of stores.both) {
    const [some] = await queries.series({ ...query, limit: 3 });
    expect(some).toEqual({ kind: 'heartRate', form: 'points', truncated: true, points: [2, 3, 4].map((value) => ({ at: start, value })) });
    const [all] = await queries.series({ ...query, limit: 4 });
    expect(all).toMatchObject({ truncated: false });
  }
});

test('before anything was ever written every answer is empty, not a failure', async () => {
  const device = deviceIdSchema.parse('pad-1');
  await using stores = await bothStores('nothing', []);
  const query = { of: { device }, kinds: ['open'], from: instant(0), to: instant(start), limit: 10 } as const;
  for (const queries of stores.both) {
    expect(await queries.series({ ...query, windowMs: null })).toEqual([{ kind: 'open', form: 'points', points: [], truncated: false }]);
    expect(await queries.last({ devices: [device], since: instant(0) })).toEqual(new Map());
    expect(await queries.last({ devices: [], since: instant(0) })).toEqual(new Map());
  }
});

test('an InfluxDB that is away is a failure that says so, not an empty history', async () => {
  await using stores = await bothStores('away', []);
  await influxd.stop();
  const asked = stores.both[0].last({ devices: [deviceIdSchema.parse('pad-1')], since: instant(0) });
  await expect(asked).rejects.toMatchObject({ code: 'telemetry-unavailable', status: 503 });
  await influxd.start();
});

async function bothStores(
  database: string,
  rows: readonly RowInput[],
): Promise<AsyncDisposable & { readonly journal: Journal; readonly both: readonly [TelemetryQueries, TelemetryQueries] }> {
  const journal = await openJournal();
  const settings = { protocol: 'http', host: influxd.host, port: influxd.port, database, credentials: null, timeoutMs: 10_000 } as const;
  const connection = createInfluxConnection({ ...settings, retentionDays: null });
  createEmbeddedTelemetry(journal.db);
  if (rows.length > 0) {
    await using writing = startWriting(journal, { settings });
    const last = journal.add(rows);
    writing.writer.committed(last);
    expect(await writing.caughtUp(last)).toMatchObject({ written: rows.length });
  }
  return {
    journal,
    both: [createInfluxQueries(connection), createEmbeddedQueries(journal.reader)],
    async [Symbol.asyncDispose]() {
      connection.close();
      await journal[Symbol.asyncDispose]();
    },
  };
}
