import type { Database as SqliteDatabase } from 'better-sqlite3';
import type { Instant } from '../../domain/instant.ts';
import { telemetryInstantSql } from './point.ts';

/** The embedded store's place in the journal, in table `cursor`. */
export const embeddedCursorName = 'telemetry:embedded';

/** The statements by which the keeper, the only writer of the file, keeps the embedded telemetry. */
export interface EmbeddedTelemetry {
  /**
   * Does a bounded piece of the copying, on the keeper's connection with no transaction open: looks through journal rows or copies them,
   * `limit` in all. True while there is more to do now; false until the journal has grown. Each row arrives once, whatever is killed when.
   */
  copy(limit: number): boolean;
  /**
   * Deletes readings taken before `before`, at most `limit` rows and at most `limit` devices looked at in one call, going round the devices.
   * `done` once every device has been looked at since the last `done`.
   */
  prune(before: Instant, limit: number): { readonly removed: number; readonly done: boolean };
}

/** When a window of the journal is large enough to be copied. */
export interface EmbeddedTelemetryOptions {
  /** Rows of a device to wait for, on average: so many rows share the writing of one page. */
  readonly rowsPerDevice?: number;
  readonly leastRows?: number;
  readonly mostRows?: number;
}

/**
 * Prepares the statements on the keeper's own connection.
 *
 * Rows come in the order of time and lie in the order of devices, so a row copied at once costs a whole page (4 KB written for 0.1 KB). So
 * a window of the journal is gathered first, and then copied device by device; the cursor moves when all of it is there. Whoever queries
 * takes rows after the cursor from the journal and never from `telemetry` (see embedded-queries.ts), so a window half copied is not seen
 * twice; after a crash it is copied again, onto itself.
 */
export function createEmbeddedTelemetry(
  db: SqliteDatabase,
  { rowsPerDevice = 10, leastRows = 5_000, mostRows = 200_000 }: EmbeddedTelemetryOptions = {},
): EmbeddedTelemetry {
  const cursor = db.prepare<[string], number>('SELECT position FROM cursor WHERE name = ?').pluck();
  const look = db.prepare<[number, number], GatheredRow>('SELECT seq, device, bed FROM reading WHERE seq > ? ORDER BY seq LIMIT ?');
  const addBed = db.prepare<[string, string]>('INSERT INTO telemetry_bed (bed, device) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const copyRows = db.prepare<[string]>(
    `INSERT INTO telemetry (device, at, seq, bed, facts)
     SELECT device, ${telemetryInstantSql}, seq, bed, facts FROM json_each(?) CROSS JOIN reading ON reading.seq = json_each.value WHERE TRUE
     ON CONFLICT DO NOTHING`,
  );
  const moveCursor = db.prepare<[string, number]>(
    'INSERT INTO cursor (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position',
  );

  // Where each device stood when it was last looked at: only a device that moved costs a write.
  const standing = new Map<string, string>();
  const addBeds = db.transaction((moved: ReadonlyMap<string, GatheredRow>) => {
    for (const { bed, device } of moved.values()) if (bed !== null) addBed.run(bed, device);
  });
  const write = db.transaction((seqs: readonly number[], finished: number | null) => {
    copyRows.run(JSON.stringify(seqs));
    if (finished !== null) moveCursor.run(embeddedCursorName, finished);
  });

  let window = emptyWindow(cursor.get(embeddedCursorName) ?? 0);
  const gather = (limit: number): number => {
    const rows = look.all(window.end, Math.min(limit, mostRows - window.rows));
    const moved = new Map<string, GatheredRow>();
    for (const row of rows) if (row.bed !== null && standing.get(row.device) !== row.bed) moved.set(`${row.device} ${row.bed}`, row);
    if (moved.size > 0) addBeds(moved);
    for (const { device, bed } of moved.values()) if (bed !== null) standing.set(device, bed);
    for (const row of rows) addRow(window, row);
    if (window.rows >= mostRows || (window.rows >= leastRows && window.rows >= rowsPerDevice * window.devices.size)) close(window);
    return rows.length;
  };
  const copyGathered = (sorted: readonly number[], limit: number): void => {
    const seqs = sorted.slice(window.copied, window.copied + limit);
    const finished = window.copied + seqs.length === sorted.length;
    write(seqs, finished ? window.end : null);
    if (finished) window = emptyWindow(window.end);
    else window.copied += seqs.length;
  };
  const copy = (limit: number): boolean => {
    const looked = window.sorted === null ? gather(limit) : 0;
    if (window.sorted === null || looked === limit) return looked === limit;
    copyGathered(window.sorted, limit - looked);
    return true;
  };

  const nextDevice = db.prepare<[string], string | null>('SELECT min(device) FROM telemetry WHERE device > ?').pluck();
  const removeOld = db.prepare<[string, number, number]>(
    `DELETE FROM telemetry WHERE (device, at, seq) IN (SELECT device, at, seq FROM telemetry WHERE device = ? AND at < ? ORDER BY at, seq LIMIT ?)`,
  );
  let lookedAt = '';
  const prune = db.transaction((before: Instant, limit: number) => {
    let removed = 0;
    for (let looks = 0; looks < limit; looks += 1) {
      const device = nextDevice.get(lookedAt);
      if (device === undefined || device === null) {
        lookedAt = '';
        return { removed, done: true };
      }
      removed += removeOld.run(device, before, limit - removed).changes;
      // A device that filled the limit may have more: it is looked at again next time.
      if (removed >= limit) break;
      lookedAt = device;
    }
    return { removed, done: false };
  });
  return { copy, prune };
}

interface GatheredRow {
  readonly seq: number;
  readonly device: string;
  readonly bed: string | null;
}

/** Rows of the journal after the cursor. In memory only: after a crash they are gathered again. */
interface Window {
  readonly devices: Map<string, number[]>;
  rows: number;
  /** The last row looked at. */
  end: number;
  /** All of them, device by device, once there are enough. */
  sorted: readonly number[] | null;
  /** How many of `sorted` are copied. */
  copied: number;
}

const emptyWindow = (start: number): Window => ({ devices: new Map(), rows: 0, end: start, sorted: null, copied: 0 });

function addRow(window: Window, { seq, device }: GatheredRow): void {
  const its = window.devices.get(device);
  if (its === undefined) window.devices.set(device, [seq]);
  else its.push(seq);
  window.rows += 1;
  window.end = seq;
}

function close(window: Window): void {
  const devices = [...window.devices].sort(([a], [b]) => (a < b ? -1 : 1));
  window.sorted = devices.flatMap(([, seqs]) => seqs);
}
