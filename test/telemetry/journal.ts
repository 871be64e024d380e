import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { ReadingRow } from '../../gateway/telemetry/point.ts';
import type { Reader } from '../../gateway/store/reader.ts';
import { first } from '../../gateway/store/migrations/0001-first.ts';
import type { Database } from '../../gateway/store/schema.ts';
import { tempDir } from '../harness/temp-dir.ts';

/** A row as a test gives it: what it leaves out is filled in. */
export type RowInput = Partial<Omit<ReadingRow, 'seq' | 'facts'>> & { readonly facts: object | string };

/** A journal in a file of its own, with the statements that the keeper and the reader have for telemetry. */
export interface Journal extends AsyncDisposable {
  readonly db: SqliteDatabase.Database;
  readonly reader: Reader;
  /** Commits these rows; returns the number of the last. */
  add(rows: readonly RowInput[]): number;
  read(afterSeq: number, limit: number): Promise<readonly ReadingRow[]>;
  saveCursor(name: string, position: number): void;
  cursor(name: string): number;
}

export async function openJournal(): Promise<Journal> {
  const folder = await tempDir('journal');
  const file = join(folder.path, 'carebed.db');
  const db = new SqliteDatabase(file);
  db.pragma('journal_mode = WAL');
  db.exec(first.sql);
  const reader = new Kysely<Database>({ dialect: new SqliteDialect({ database: new SqliteDatabase(file, { readonly: true }) }) });
  const insert = db.prepare(
    'INSERT INTO reading (device, home, bed, received_at, device_at, event_id, facts) VALUES (@device, @home, @bed, @received_at, @device_at, @event_id, @facts)',
  );
  const add = db.transaction((rows: readonly RowInput[]): number => {
    let last = 0;
    for (const row of rows) {
      const filled = { device: 'pad-1', home: null, bed: null, received_at: Date.now(), device_at: null, event_id: null, ...row };
      last = Number(
        insert.run({ ...filled, facts: typeof row.facts === 'string' ? row.facts : JSON.stringify(row.facts) }).lastInsertRowid,
      );
    }
    return last;
  });
  const select = db.prepare<[number, number], ReadingRow>('SELECT * FROM reading WHERE seq > ? ORDER BY seq LIMIT ?');
  const move = db.prepare(
    'INSERT INTO cursor (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position',
  );
  const stands = db.prepare<[string], number>('SELECT position FROM cursor WHERE name = ?').pluck();
  return {
    db,
    reader,
    add,
    read: async (afterSeq, limit) => select.all(afterSeq, limit),
    saveCursor: (name, position) => void move.run(name, position),
    cursor: (name) => stands.get(name) ?? 0,
    async [Symbol.asyncDispose]() {
      await reader.destroy();
      db.close();
      await folder.remove();
    },
  };
}
