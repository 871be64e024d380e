import type { Database as SqliteDatabase } from 'better-sqlite3';
import { after, days, type Instant } from '../../domain/instant.ts';

/** What may go from the journal. */
export interface JournalRetention {
  /** Every consumer has passed this row: the smallest of the cursors. Rows after it stay, however old. */
  readonly passed: number;
  /** Rows received before this may go. */
  readonly olderThan: Instant;
  readonly now: Instant;
  /** Most rows looked at, and so deleted, in one call. */
  readonly limit: number;
}

/**
 * Deletes the oldest journal rows that every consumer has passed and that are old enough; returns how many. Stops at the first row still
 * young, so it costs no more than `limit` rows. A row dated more than a day ahead (the clock stood wrong) counts as old: it would block
 * the rest for years. The newest row always stays, so that SQLite never gives its number out again.
 */
export function pruneJournal(db: SqliteDatabase, { passed, olderThan, now, limit }: JournalRetention): number {
  const oldest = `SELECT seq, received_at FROM reading WHERE seq <= @passed AND seq < (SELECT max(seq) FROM reading) ORDER BY seq LIMIT @limit`;
  return db
    .prepare<[Record<string, number>]>(
      `WITH oldest AS (${oldest}), young AS (SELECT min(seq) AS seq FROM oldest WHERE received_at BETWEEN @olderThan AND @tomorrow)
       DELETE FROM reading WHERE seq IN (SELECT seq FROM oldest WHERE seq < coalesce((SELECT seq FROM young), 9223372036854775807))`,
    )
    .run({ passed, limit, olderThan, tomorrow: after(now, days(1)) }).changes;
}
