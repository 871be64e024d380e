import type Database from 'better-sqlite3';
import type { BedId, DeviceId, HomeId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import { type Facts, factsSchema, type Reading } from '../../domain/reading.ts';
import { embeddedCursorName } from '../telemetry/embedded-writer.ts';
import { believedAhead, believedBehind } from '../telemetry/point.ts';

/** Something that happened, as a replay takes it in. */
export type HistoryItem =
  | { readonly type: 'reading'; readonly reading: Reading }
  | { readonly type: 'deaf'; readonly from: Instant; readonly to: Instant };

export interface HistoryQuery {
  readonly home: HomeId;
  /** Received at or after. */
  readonly from: Instant;
  /** Received before. */
  readonly to: Instant;
}

interface Row {
  readonly seq: number;
  readonly device: string;
  readonly bed: string | null;
  readonly received_at: number;
  readonly device_at: number | null;
  readonly event_id: string | null;
  readonly facts: string;
}

/** Different texts of facts that are remembered, so that `{"occupied":true}` is read once and not a million times. */
const mostFacts = 20_000;

const createFactsReader = (): ((text: string) => Facts) => {
  const known = new Map<string, Facts>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const facts = factsSchema.parse(JSON.parse(text)) as Facts;
    if (known.size >= mostFacts) known.clear();
    known.set(text, facts);
    return facts;
  };
};

/**
 * Rows that were copied into the telemetry lie there by device; what the journal still holds of them says when they were received and by
 * which event id, and older ones are taken to have been received when they were measured. Newer rows are in the journal alone.
 */
const historySql = `
  WITH whose AS MATERIALIZED (
    SELECT id AS device FROM device WHERE home = @home
    UNION SELECT tb.device FROM telemetry_bed AS tb JOIN bed ON bed.id = tb.bed WHERE bed.home = @home
  ),
  copied AS (SELECT coalesce(max(position), 0) AS position FROM cursor WHERE name = @cursor)
  SELECT t.seq, t.device, CASE WHEN r.seq IS NULL THEN t.bed ELSE r.bed END AS bed, coalesce(r.received_at, t.at) AS received_at,
    r.device_at, r.event_id, t.facts
  FROM whose CROSS JOIN telemetry AS t ON t.device = whose.device LEFT JOIN reading AS r ON r.seq = t.seq
  WHERE t.at >= @from - @behind AND t.at < @to + @ahead AND t.seq <= (SELECT position FROM copied)
    AND coalesce(r.received_at, t.at) >= @from AND coalesce(r.received_at, t.at) < @to
    AND coalesce(r.home, (SELECT home FROM bed WHERE bed.id = t.bed), @home) = @home
  UNION ALL
  SELECT seq, device, bed, received_at, device_at, event_id, facts FROM reading
  WHERE seq > (SELECT position FROM copied) AND home = @home AND received_at >= @from AND received_at < @to
  ORDER BY received_at, seq`;

/** The times in which the gateway did not listen, by when it listened again. */
const deafSql = `
  SELECT "from", "to" FROM (SELECT started_at AS "to", lag(alive_at) OVER (ORDER BY seq) AS "from" FROM run)
  WHERE "from" IS NOT NULL AND "to" >= @from AND "to" < @to ORDER BY "to"`;

/**
 * What the gateway took in for a home, and when it was deaf, in order. Reads row by row: a year needs no more memory than a day.
 * @throws what zod says of a stored row that does not fit the vocabulary
 */
export function* storedHistory(db: Database.Database, query: HistoryQuery): Generator<HistoryItem> {
  const readFacts = createFactsReader();
  const bounds = { from: query.from, to: query.to };
  const deaf = db.prepare<[typeof bounds], { from: number; to: number }>(deafSql).all(bounds);
  let nextDeaf = 0;
  const deafBefore = function* (at: number): Generator<HistoryItem> {
    for (let gap = deaf[nextDeaf]; gap !== undefined && gap.to <= at; gap = deaf[nextDeaf]) {
      nextDeaf += 1;
      yield { type: 'deaf', from: gap.from as Instant, to: gap.to as Instant };
    }
  };
  const parameters = { ...query, cursor: embeddedCursorName, behind: believedBehind, ahead: believedAhead };
  for (const row of db.prepare<[typeof parameters], Row>(historySql).iterate(parameters)) {
    yield* deafBefore(row.received_at);
    yield {
      type: 'reading',
      reading: {
        seq: row.seq,
        device: row.device as DeviceId,
        home: query.home,
        bed: row.bed as BedId | null,
        receivedAt: row.received_at as Instant,
        deviceAt: row.device_at as Instant | null,
        eventId: row.event_id,
        facts: readFacts(row.facts),
      },
    };
  }
  yield* deafBefore(query.to);
}
