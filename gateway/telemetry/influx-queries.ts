import { escape } from 'influx';
import type { DeviceId } from '../../domain/ids.ts';
import { type Instant, instant } from '../../domain/instant.ts';
import { type ReadingKind, readingKinds } from '../../domain/reading.ts';
import { type InfluxAnswer, type InfluxSeries, readInfluxAnswer, unavailable } from './influx-answer.ts';
import type { InfluxConnection } from './influx-connection.ts';
import { readInfluxFailure } from './influx-failure.ts';
import { measurement } from './influx-points.ts';
import { kindType } from './kind-type.ts';
import { assertLastQuery, assertSeriesQuery } from './query-bounds.ts';
import { readValue } from './read-value.ts';
import type { KindSeries, LastValue, SeriesQuery, SeriesWindow, TelemetryQueries } from './store.ts';

const name = escape.quoted;
const text = escape.stringLit;

/** Answers from InfluxDB. What the writer has not written yet is not there. */
export function createInfluxQueries(connection: InfluxConnection): TelemetryQueries {
  const askAll = async (statements: readonly string[]): Promise<InfluxAnswer> => {
    let answer: unknown;
    try {
      answer = await connection.query(statements.join(';'));
    } catch (cause) {
      if (readInfluxFailure(cause).type === 'no-database') return 'no-database';
      throw unavailable('InfluxDB does not answer.', cause);
    }
    return readInfluxAnswer(answer);
  };
  const ask = async (statements: readonly string[]): Promise<readonly (readonly InfluxSeries[])[]> => {
    const [first] = statements;
    if (first === undefined) return [];
    let answer = await askAll(statements);
    // The first alone is told the reason.
    if (answer === 'not-executed' && (await askAll([first])) === 'no-database') answer = 'no-database';
    if (answer === 'not-executed') throw unavailable('InfluxDB could not answer the query.');
    return answer === 'no-database' ? statements.map(() => []) : answer;
  };

  return {
    async series(query) {
      assertSeriesQuery(query);
      const { kinds, windowMs } = query;
      if (windowMs === null) {
        const answers = await ask(kinds.map((kind) => pointsStatement(query, kind)));
        return kinds.map((kind, index) => readPoints(kind, answers[index]?.[0], query.limit));
      }
      const statements = kinds.map((kind) => windowStatements(query, kind, windowMs));
      const answers = await ask(statements.flat());
      let next = 0;
      return kinds.map((kind, index) => {
        const its = answers.slice(next, (next += statements[index]?.length ?? 0));
        return { kind, form: 'windows', windows: readWindows(kind, its[0]?.[0], its[1]?.[0]) };
      });
    },

    async last(query) {
      assertLastQuery(query);
      const found = new Map<DeviceId, LastValue[]>();
      if (query.devices.length === 0) return found;
      const whose = query.devices.map((device) => `${name('device')} = ${text(device)}`).join(' OR ');
      const answers = await ask(
        readingKinds.map(
          (kind) =>
            `SELECT last(${name(kind)}) FROM ${name(measurement)} WHERE (${whose}) AND time >= ${query.since}ms GROUP BY ${name('device')}`,
        ),
      );
      readingKinds.forEach((kind, index) => {
        for (const { tags, values } of answers[index] ?? []) {
          const [at, value] = values[0] ?? [];
          if (tags?.device === undefined) continue;
          const its = found.get(tags.device) ?? [];
          its.push({ kind, at: instant(Number(at)), value: readValue(kind, value) });
          found.set(tags.device, its);
        }
      });
      return found;
    },
  };
}

function where({ of, from, to }: SeriesQuery): string {
  const whose = 'device' in of ? `${name('device')} = ${text(of.device)}` : `${name('bed')} = ${text(of.bed)}`;
  return `FROM ${name(measurement)} WHERE ${whose} AND time >= ${from}ms AND time < ${to}ms`;
}

/** The newest first, and one more than asked for, to see whether there is more. */
const pointsStatement = (query: SeriesQuery, kind: ReadingKind): string =>
  `SELECT ${name(kind)} ${where(query)} ORDER BY time DESC LIMIT ${query.limit + 1}`;

function readPoints(kind: ReadingKind, series: InfluxSeries | undefined, limit: number): KindSeries {
  const values = series?.values ?? [];
  const points = values
    .slice(0, limit)
    .map(([at, value]) => ({ at: instant(Number(at)), value: readValue(kind, value) }))
    .reverse();
  return { kind, form: 'points', points, truncated: values.length > limit };
}

/** One statement; for a boolean a second that counts what was true, which InfluxQL cannot do in one. */
function windowStatements(query: SeriesQuery, kind: ReadingKind, windowMs: number): readonly string[] {
  const field = name(kind);
  const windows = `GROUP BY time(${windowMs}ms) fill(none)`;
  const numbers = kindType(kind) === 'number' ? `, mean(${field}), min(${field}), max(${field})` : '';
  const all = `SELECT count(${field}), last(${field})${numbers} ${where(query)} ${windows}`;
  return kindType(kind) === 'boolean' ? [all, `SELECT count(${field}) ${where(query)} AND ${field} = true ${windows}`] : [all];
}

function readWindows(kind: ReadingKind, all: InfluxSeries | undefined, trues: InfluxSeries | undefined): SeriesWindow[] {
  const trueCounts = new Map(trues?.values.map(([from, count]) => [from, Number(count)]));
  return (all?.values ?? []).map(([start, total, last, mean, min, max]) => {
    const from: Instant = instant(Number(start));
    const count = Number(total);
    const value = readValue(kind, last);
    if (typeof value === 'number') return { from, count, last: value, mean: Number(mean), min: Number(min), max: Number(max) };
    if (typeof value === 'boolean') return { from, count, last: value, trueShare: (trueCounts.get(start ?? null) ?? 0) / count };
    return { from, count, last: value };
  });
}
