import type { Database as SqliteDatabase } from 'better-sqlite3';
import type { Instant } from '../../domain/instant.ts';
import { telemetryInstantSql } from './point.ts';

/** The embedded store's place in the journal, in table `cursor`. */
export const embeddedCursorName = 'telemetry:embedded';

/**
 * Which devices ever spoke for a bed, so that a bed's history is found by its devices' keys instead of by a second index as large as the
 * readings. Derived from `telemetry`; about as many rows as devices.
 */
export const telemetryBedTableSql =
  'CREATE TABLE IF NOT EXISTS telemetry_bed (bed TEXT NOT NULL, device TEXT NOT NULL, PRIMARY KEY (bed, device)) STRICT, WITHOUT ROWID';

/** The statements by which the keeper, the only writer of the file, keeps the embedded telemetry. */
export interface EmbeddedTelemetry {
  /**
   * Does a bounded piece of the copying: looks through journal rows not copied yet, or copies about `limit` of them, in one transaction (a
   * savepoint when one is open already). True while there is more to do now. Each row arrives once, whatever is killed when.
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
  db.exec(telemetryBedTableSql);
  const cursor = db.prepare<[string], number>('SELECT position FROM cursor WHERE name = ?').pluck();
  const look = db.prepare<[number, number], { seq: number; device: string; bed: string | null }>(
    'SELECT seq, device, bed FROM reading WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const copyBed = db.prepare<[string, string]>('INSERT INTO telemetry_bed (bed, device) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const copyRows = db.prepare<[string]>(
    `INSERT INTO telemetry (device, at, seq, bed, facts)
     SELECT device, ${telemetryInstantSql}, seq, bed, facts FROM json_each(?) CROSS JOIN reading ON reading.seq = json_each.value WHERE TRUE
     ON CONFLICT DO NOTHING`,
  );
  const moveCursor = db.prepare<[string, number]>(
    'INSERT INTO cursor (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position',
  );

  let window = createWindow(cursor.get(embeddedCursorName) ?? 0);

  const gather = (limit: number): boolean => {
    const rows = look.all(window.end, Math.min(limit, mostRows - window.rows));
    for (const { seq, device, bed } of rows) window.add(seq, device, bed);
    window.full = window.rows >= mostRows || (window.rows >= leastRows && window.rows >= rowsPerDevice * window.devices.size);
    return window.full || rows.length === limit;
  };
  const write = db.transaction((limit: number, next: Iterator<[string, DeviceRows]>): boolean => {
    const seqs: number[] = [];
    while (seqs.length < limit) {
      const step = next.next();
      if (step.done === true) break;
      const [device, { rows, beds }] = step.value;
      for (const bed of beds) copyBed.run(bed, device);
      for (const seq of rows) seqs.push(seq);
    }
    copyRows.run(JSON.stringify(seqs));
    const finished = seqs.length < limit;
    if (finished) moveCursor.run(embeddedCursorName, window.end);
    return finished;
  });
  const copy = (limit: number): boolean => {
    if (!window.full) return gather(gatherFactor * limit);
    window.copying ??= [...window.devices].sort(byDevice).values();
    try {
      if (write(limit, window.copying)) window = createWindow(window.end);
    } catch (cause) {
      // What the failed transaction took from the iterator is not written: the window begins again.
      window.copying = null;
      throw cause;
    }
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

/** Looking at a row costs a tenth of copying it. */
const gatherFactor = 4;

interface DeviceRows {
  readonly rows: number[];
  readonly beds: Set<string>;
}

const byDevice = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** Rows of the journal after the cursor, by device. */
function createWindow(start: number) {
  const devices = new Map<string, DeviceRows>();
  return {
    devices,
    rows: 0,
    end: start,
    full: false,
    /** Where the copying stands; null until it begins. */
    copying: null as Iterator<[string, DeviceRows]> | null,
    add(seq: number, device: string, bed: string | null): void {
      let its = devices.get(device);
      if (its === undefined) devices.set(device, (its = { rows: [], beds: new Set() }));
      its.rows.push(seq);
      if (bed !== null) its.beds.add(bed);
      this.rows += 1;
      this.end = seq;
    },
  };
}
