import type Database from 'better-sqlite3';
import type { Selectable } from 'kysely';
import type { AttemptRecord } from '../../domain/attempt.ts';
import type { AttemptState } from '../../domain/notification.ts';
import type { Instant } from '../../domain/instant.ts';
import type { AttemptTable, NotificationTable } from '../store/schema.ts';

export type NotificationRow = Selectable<NotificationTable>;
type AttemptRow = Selectable<AttemptTable>;

/** A try as the outbox holds it: what decides, and what names it to the provider. */
export interface KeptAttempt extends AttemptRecord {
  readonly key: string;
  readonly channel: string;
  readonly providerId: string | null;
  readonly code: string | null;
  readonly detail: string | null;
  /** Being sent, and it may have got out. False while it waits for its place; its row says `queued` then. */
  readonly left: boolean;
}

/** The outbox's statements. All run inside a transaction of the caller's. */
export const createOutboxRows = (db: Database.Database) => {
  const insert = db.prepare(
    `INSERT INTO notification (id, alarm, home, person, webhook, purpose, channels, language, role, subject, link, state, outcome, created_at, next_at, unreachable)
     VALUES (@id, @alarm, @home, @person, @webhook, @purpose, @channels, @language, @role, @subject, @link, @state, @outcome, @created_at, @next_at, @unreachable)`,
  );
  const update = db.prepare('UPDATE notification SET state = ?, outcome = ?, next_at = ?, unreachable = ? WHERE id = ?');
  const putAttempt = db.prepare(
    `INSERT INTO attempt (notification, channel_index, channel, key, state, tries, started_at, finished_at, provider_id, code, detail, retry_at, retry, receipt_expected)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (notification, channel_index) DO UPDATE SET state = excluded.state, tries = excluded.tries, started_at = excluded.started_at, finished_at = excluded.finished_at,
       provider_id = excluded.provider_id, code = excluded.code, detail = excluded.detail, retry_at = excluded.retry_at, retry = excluded.retry, receipt_expected = excluded.receipt_expected`,
  );
  const removeQueued = db.prepare("DELETE FROM attempt WHERE notification = ? AND state = 'queued'");
  const removeAttempt = db.prepare('DELETE FROM attempt WHERE notification = ? AND channel_index = ?');
  const findLink = db.prepare<[string, string], { seq: number }>('SELECT seq FROM link WHERE alarm = ? AND person = ?');
  const insertLink = db.prepare('INSERT INTO link (seq, alarm, person, created_at, expires_at, opened_at) VALUES (?, ?, ?, ?, ?, NULL)');
  const extendLink = db.prepare('UPDATE link SET expires_at = max(expires_at, ?) WHERE seq = ?');
  const top = (column: string, table: string): number =>
    db.prepare<[], { top: number | null }>(`SELECT max(${column}) AS top FROM ${table}`).get()?.top ?? 0;

  return {
    lastNotification: (): number => top('id', 'notification'),
    lastLink: (): number => top('seq', 'link'),
    open: (): NotificationRow[] => db.prepare<[], NotificationRow>("SELECT * FROM notification WHERE state = 'open' ORDER BY id").all(),
    attemptsOfOpen: (): AttemptRow[] =>
      db
        .prepare<[], AttemptRow>(
          "SELECT attempt.* FROM attempt JOIN notification ON notification.id = attempt.notification WHERE notification.state = 'open'",
        )
        .all(),
    insert(row: NotificationRow): void {
      insert.run(row);
    },
    update(row: NotificationRow): void {
      update.run(row.state, row.outcome, row.next_at, row.unreachable, row.id);
    },
    putAttempt(notification: number, attempt: KeptAttempt): void {
      putAttempt.run(
        notification,
        attempt.channelIndex,
        attempt.channel,
        attempt.key,
        attempt.state === 'sending' && !attempt.left ? 'queued' : attempt.state,
        attempt.tries,
        attempt.startedAt,
        attempt.finishedAt,
        attempt.providerId,
        attempt.code,
        attempt.detail,
        attempt.retryAt,
        attempt.retry ? 1 : 0,
        attempt.receiptExpected ? 1 : 0,
      );
    },
    /** Of a notification that is done: what still waited for its place does not leave any more. */
    removeQueued(notification: number): void {
      removeQueued.run(notification);
    },
    removeAttempt(notification: number, channelIndex: number): void {
      removeAttempt.run(notification, channelIndex);
    },
    /** The link of this alarm for this person; made on first need, and good until `expiresAt` at least. */
    link(alarm: string, person: string, next: () => number, now: Instant, expiresAt: Instant): number {
      const known = findLink.get(alarm, person);
      if (known !== undefined) {
        extendLink.run(expiresAt, known.seq);
        return known.seq;
      }
      const seq = next();
      insertLink.run(seq, alarm, person, now, expiresAt);
      return seq;
    },
  };
};

/** A stored try as it stands after a restart: one that was being sent may have been sent. */
export const attemptAfterRestart = (row: AttemptRow): KeptAttempt => ({
  channelIndex: row.channel_index,
  channel: row.channel,
  key: row.key,
  state: row.state === 'queued' ? 'sending' : (row.state as AttemptState),
  tries: row.tries,
  startedAt: row.started_at as Instant,
  finishedAt: row.finished_at as Instant | null,
  retry: row.retry === 1,
  retryAt: row.retry_at as Instant | null,
  receiptExpected: row.receipt_expected === 1,
  mayHaveBeenSent: row.state === 'sending',
  providerId: row.provider_id,
  code: row.code,
  detail: row.detail,
  left: row.state !== 'queued',
});

/** A claim whose copy never left, as if it had not been made: as the earlier try had ended, or null when it was the first. */
export const unclaimed = (attempt: KeptAttempt): KeptAttempt | null =>
  attempt.tries === 1
    ? null
    : {
        ...attempt,
        state: 'failed',
        tries: attempt.tries - 1,
        finishedAt: attempt.startedAt,
        retry: true,
        mayHaveBeenSent: false,
        left: true,
      };
