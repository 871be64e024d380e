import { type RawBuilder, sql } from 'kysely';
import { type DeviceId, deviceIdSchema } from '../../domain/ids.ts';
import { instant } from '../../domain/instant.ts';
import { type ReadingKind, readingKindSchema, readingKinds } from '../../domain/reading.ts';
import type { Reader } from '../store/reader.ts';
import { embeddedCursorName } from './embedded-writer.ts';
import { unavailable } from './influx-answer.ts';
import { telemetryInstantSql } from './point.ts';
import { assertLastQuery, assertSeriesQuery } from './query-bounds.ts';
import { readValue } from './read-value.ts';
import type { LastValue, SeriesQuery, SeriesWindow, TelemetryQueries } from './store.ts';

/**
 * Answers from the store's own file: copied rows up to the cursor, and the journal after it, so that a reading is found from its commit on
 * and never twice.
 */
export function createEmbeddedQueries(reader: Reader): TelemetryQueries {
  const run = async <Row>(query: RawBuilder<Row>): Promise<readonly Row[]> => {
    try {
      return (await query.execute(reader)).rows;
    } catch (cause) {
      throw unavailable('The store does not answer.', cause);
    }
  };

  return {
    async series(query) {
      assertSeriesQuery(query);
      const { kinds, windowMs, limit } = query;
      if (kinds.length === 0) return [];
      if (windowMs === null) {
        const rows = byKind(await run(newestPoints(query)));
        return kinds.map((kind, index) => {
          const found = rows.get(index) ?? [];
          const points = found.slice(-limit).map(({ at, value }) => ({ at: instant(at), value: readValue(kind, value) }));
          return { kind, form: 'points', points, truncated: found.length > limit };
        });
      }
      const rows = byKind(await run(windows(query, windowMs)));
      return kinds.map((kind, index) => ({ kind, form: 'windows', windows: (rows.get(index) ?? []).map((row) => readWindow(kind, row)) }));
    },

    async last(query) {
      assertLastQuery(query);
      const found = new Map<DeviceId, LastValue[]>();
      for (const row of await run(lastValues(query.devices, query.since))) {
        const device = deviceIdSchema.parse(row.device);
        const { data: kind } = readingKindSchema.safeParse(row.kind);
        // A kind that the vocabulary no longer knows is in old rows only, and nobody can ask for it.
        if (kind === undefined) continue;
        const its = found.get(device) ?? [];
        its.push({ kind, at: instant(row.at), value: readValue(kind, row.value) });
        found.set(device, its);
      }
      for (const its of found.values()) its.sort((a, b) => readingKinds.indexOf(a.kind) - readingKinds.indexOf(b.kind));
      return found;
    },
  };
}

interface PointRow {
  /** Index into the kinds asked for. */
  readonly kind: number;
  readonly at: number;
  readonly value: unknown;
}

interface WindowRow {
  readonly kind: number;
  readonly start: number;
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly last: unknown;
}

const byKind = <Row extends { readonly kind: number }>(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> =>
  Map.groupBy(rows, ({ kind }) => kind);

const position = sql`(SELECT coalesce(max(position), 0) FROM cursor WHERE name = ${embeddedCursorName})`;
const takenAt = sql.raw(`(${telemetryInstantSql})`);
/** The order of points in both stores; see influxTime. */
const order = sql`at * 1000000 + seq % 1000000`;

/** What was said and is not copied yet. Looked for once a question, as it means going through all rows after the cursor. */
function fresh({ of, from, to }: SeriesQuery): RawBuilder<unknown> {
  const whose = 'device' in of ? sql`device = ${of.device}` : sql`bed = ${of.bed}`;
  return sql`fresh AS MATERIALIZED (SELECT ${takenAt} AS at, seq, facts FROM reading
    WHERE seq > ${position} AND ${whose} AND ${takenAt} >= ${from} AND ${takenAt} < ${to})`;
}

function copied({ of, from, to }: SeriesQuery): RawBuilder<unknown> {
  return 'device' in of
    ? sql`SELECT at, seq, facts FROM telemetry WHERE device = ${of.device} AND at >= ${from} AND at < ${to} AND seq <= ${position}`
    : sql`SELECT t.at, t.seq, t.facts FROM telemetry_bed AS b CROSS JOIN telemetry AS t ON t.device = b.device
          WHERE b.bed = ${of.bed} AND t.bed = ${of.bed} AND t.at >= ${from} AND t.at < ${to} AND t.seq <= ${position}`;
}

function points(query: SeriesQuery, kind: ReadingKind): RawBuilder<unknown> {
  const value = sql`json_extract(facts, ${`$.${kind}`})`;
  return sql`SELECT at, ${order} AS rank, ${value} AS value FROM (${copied(query)} UNION ALL SELECT at, seq, facts FROM fresh) WHERE ${value} IS NOT NULL`;
}

/** One more than asked for, to see whether there is more. */
const newestPoints = (query: SeriesQuery): RawBuilder<PointRow> => sql<PointRow>`
  WITH ${fresh(query)} ${sql.join(
    query.kinds.map(
      (kind, index) =>
        sql`SELECT * FROM (SELECT ${index} AS kind, at, rank, value FROM (${points(query, kind)}) ORDER BY rank DESC LIMIT ${query.limit + 1})`,
    ),
    sql` UNION ALL `,
  )} ORDER BY kind, rank`;

/** SQLite takes the bare column `value` from the row that holds the one max() of its query. */
const windows = (query: SeriesQuery, windowMs: number): RawBuilder<WindowRow> => sql<WindowRow>`
  WITH ${fresh(query)} ${sql.join(
    query.kinds.map(
      (kind, index) => sql`SELECT * FROM (
        WITH point AS MATERIALIZED (SELECT at - at % ${windowMs} AS start, rank, value FROM (${points(query, kind)})),
          newest AS (SELECT start, value, max(rank) FROM point GROUP BY start)
        SELECT ${index} AS kind, point.start AS start, count(*) AS count, avg(point.value) AS mean, min(point.value) AS min,
          max(point.value) AS max, newest.value AS last
        FROM point JOIN newest ON newest.start = point.start GROUP BY point.start)`,
    ),
    sql` UNION ALL `,
  )} ORDER BY kind, start`;

function readWindow(kind: ReadingKind, { start, count, mean, min, max, last }: WindowRow): SeriesWindow {
  const from = instant(start);
  const value = readValue(kind, last);
  if (typeof value === 'number') return { from, count, last: value, mean, min, max };
  if (typeof value === 'boolean') return { from, count, last: value, trueShare: mean };
  return { from, count, last: value };
}

interface LastRow {
  readonly device: string;
  readonly kind: string;
  readonly at: number;
  readonly value: unknown;
}

const lastValues = (devices: readonly DeviceId[], since: number): RawBuilder<LastRow> => sql<LastRow>`
  WITH asked AS (SELECT value AS device FROM json_each(${JSON.stringify(devices)})),
    message AS (
      SELECT t.device, t.at, t.seq, t.facts FROM asked CROSS JOIN telemetry AS t ON t.device = asked.device
      WHERE t.at >= ${since} AND t.seq <= ${position}
      UNION ALL
      SELECT device, ${takenAt}, seq, facts FROM reading WHERE seq > ${position} AND device IN asked AND ${takenAt} >= ${since}
    )
  SELECT device, fact.key AS kind, at, fact.value AS value, max(${order}) FROM message, json_each(message.facts) AS fact
  GROUP BY device, fact.key`;
