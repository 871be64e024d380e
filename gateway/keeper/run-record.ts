import type Database from 'better-sqlite3';
import type { Instant } from '../../domain/instant.ts';

/** One row for each run of the gateway: when it listened, so that silence while it did not is not held against a device. */
export const createRunRecord = (db: Database.Database) => {
  const last = db.prepare<[], { alive_at: number }>('SELECT alive_at FROM run ORDER BY seq DESC LIMIT 1');
  const insert = db.prepare('INSERT INTO run (started_at, alive_at, stopped_at) VALUES (?, ?, NULL)');
  const touch = db.prepare('UPDATE run SET alive_at = ? WHERE seq = ?');
  const close = db.prepare('UPDATE run SET alive_at = ?, stopped_at = ? WHERE seq = ?');
  let current = 0;
  return {
    /** Begins a run. @returns when the former run was last known to listen; null for the first run. */
    begin(now: Instant): Instant | null {
      const former = last.get()?.alive_at ?? null;
      current = Number(insert.run(now, now).lastInsertRowid);
      return former as Instant | null;
    },
    alive(now: Instant): void {
      touch.run(now, current);
    },
    end(now: Instant): void {
      close.run(now, now, current);
    },
  };
};
