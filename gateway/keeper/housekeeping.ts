import type Database from 'better-sqlite3';
import { type Clock, type Duration, days, type Instant } from '../../domain/instant.ts';
import { createCheckpoints } from '../store/checkpoints.ts';
import { createEmbeddedTelemetry, embeddedCursorName } from '../telemetry/embedded-writer.ts';
import { pruneJournal } from '../telemetry/journal-retention.ts';

/** Rows moved or deleted in one go: a few milliseconds, so that a press never waits long for it. */
const chunk = 400;
/** How often the embedded telemetry takes over what is new, and how soon it goes on when there is more. */
const copyEveryMs = 250;
const copyNextMs = 3;
/** After the disk has refused. */
const copyAgainMs = 5_000;
/** A re-sent press is known again for this long; an Idempotency-Key answers for this long. */
const callsRemembered = days(14);
const answersRemembered = days(2);

/** The keeper's quiet work between messages: telemetry into its own table, and what is old out of the store, in small pieces. */
export const createHousekeeping = (options: {
  readonly db: Database.Database;
  readonly clock: Clock;
  /** Retention of embedded telemetry; null when telemetry goes elsewhere. */
  readonly embedded: Duration | null;
  readonly journal: Duration;
  readonly consumers: readonly string[];
  readonly onCopied: (behind: number) => void;
  /** The embedded telemetry cannot be copied on; null when it can again. */
  readonly onBehind: (error: unknown) => void;
  /** Tonight's clearing out was given up. */
  readonly onPruneFailed: (error: unknown) => void;
}) => {
  const { db, clock, consumers } = options;
  const telemetry = createEmbeddedTelemetry(db);
  const checkpoints = createCheckpoints(db);
  const cursor = db.prepare<[string], { position: number }>('SELECT position FROM cursor WHERE name = ?');
  const putCursor = db.prepare(
    'INSERT INTO cursor (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = max(position, excluded.position)',
  );
  const insertRejection = db.prepare(
    `INSERT INTO rejection (seq, at, device, home, topic, payload, code, where_, detail)
     SELECT coalesce(max(seq), 0) + 1, ?, ?, NULL, '', x'', 'value-out-of-range', ?, ? FROM rejection`,
  );
  const forgetCalls = db.prepare('DELETE FROM call_seen WHERE at < ?');
  const forgetAnswers = db.prepare('DELETE FROM idempotency WHERE at < ?');
  const top = db.prepare<[], { top: number | null }>('SELECT max(seq) AS top FROM reading');
  let timer: NodeJS.Timeout | null = null;
  let pruneTimer: NodeJS.Timeout | null = null;
  let behind = false;

  /**
   * What can be done again needs no sync of its own: it lies in the log before whatever a message syncs next, and after a power cut it is
   * simply done anew.
   */
  const unhurried = <Result>(work: () => Result): Result => {
    db.pragma('synchronous = NORMAL');
    try {
      return work();
    } finally {
      db.pragma('synchronous = FULL');
    }
  };

  const copy = (): void => {
    let wait = copyAgainMs;
    try {
      wait = unhurried(() => telemetry.copy(chunk)) ? copyNextMs : copyEveryMs;
      options.onCopied(Math.max(0, (top.get()?.top ?? 0) - (cursor.get(embeddedCursorName)?.position ?? 0)));
      if (behind) options.onBehind(null);
      behind = false;
    } catch (error) {
      if (!behind) options.onBehind(error);
      behind = true;
    }
    timer = setTimeout(copy, wait);
  };

  /** One small piece of the nightly work; calls itself until nothing is left. */
  const prunePiece = (now: Instant): void => {
    const passed = Math.min(...consumers.map((name) => cursor.get(name)?.position ?? 0));
    const journalGone = pruneJournal(db, { passed, olderThan: (now - options.journal) as Instant, now, limit: chunk });
    const old = options.embedded === null ? { removed: 0, done: true } : telemetry.prune((now - options.embedded) as Instant, chunk);
    if (journalGone === chunk || !old.done) pruneTimer = setTimeout(prunePieceSafely, copyNextMs, now);
  };
  const prunePieceSafely = (now: Instant): void => {
    try {
      unhurried(() => prunePiece(now));
    } catch (error) {
      options.onPruneFailed(error);
    }
  };

  return {
    start(): void {
      checkpoints.start();
      if (options.embedded !== null) copy();
    },
    stop(): void {
      checkpoints.stop();
      if (timer !== null) clearTimeout(timer);
      if (pruneTimer !== null) clearTimeout(pruneTimer);
    },
    saveCursor(name: string, position: number): void {
      putCursor.run(name, position);
    },
    /** A journal row that a consumer cannot take is put among the rejections, where an installer sees it. */
    rejectRow(device: string, seq: number, detail: string): void {
      insertRejection.run(clock.now(), device, `reading ${seq}`, detail);
    },
    /** Begins to clear out what is old; goes on in small pieces. */
    prune(): void {
      const now = clock.now();
      try {
        forgetCalls.run(now - callsRemembered);
        forgetAnswers.run(now - answersRemembered);
      } catch (error) {
        options.onPruneFailed(error);
        return;
      }
      prunePieceSafely(now);
    },
  };
};
