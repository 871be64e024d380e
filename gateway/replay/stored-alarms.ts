import type Database from 'better-sqlite3';
import { z } from 'zod';
import { type Alarm, type AlarmEvent, actorSchema, alarmEventTypeSchema, alarmSchema } from '../../domain/alarm.ts';
import type { HomeId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';

/** Most alarms of one home that are looked at: a home with more has a fault that one sees without a list. */
const mostAlarms = 20_000;

export interface StoredAlarm {
  readonly alarm: Alarm;
  /** The lines of its log that rules have written. */
  readonly log: readonly AlarmEvent[];
}

const withLogs = (db: Database.Database, where: string, parameters: readonly (string | number)[]): StoredAlarm[] => {
  const logOf = db.prepare<[string], { type: string; at: number; by: string; late_ms: number; data: string }>(
    `SELECT type, at, by, late_ms, data FROM alarm_event
     WHERE alarm = ? AND type IN ('raised', 'raised-again', 'priority-raised', 'returned', 'cancelled') ORDER BY seq`,
  );
  const rows = db
    .prepare<(string | number)[], { id: string; body: string }>(
      `SELECT id, body FROM alarm WHERE ${where} ORDER BY seq LIMIT ${mostAlarms}`,
    )
    .all(...parameters);
  return rows.map(({ id, body }) => ({
    alarm: alarmSchema.parse(JSON.parse(body)),
    log: logOf.all(id).map((row) => ({
      type: alarmEventTypeSchema.parse(row.type),
      at: row.at as Instant,
      by: actorSchema.parse(JSON.parse(row.by)),
      lateMs: row.late_ms,
      data: z.record(z.string(), z.unknown()).parse(JSON.parse(row.data)),
    })),
  }));
};

/** The alarms of a home that were raised from `from` to before `to`, oldest first. */
export const storedAlarms = (
  db: Database.Database,
  { home, from, to }: { readonly home: HomeId; readonly from: Instant; readonly to: Instant },
): StoredAlarm[] => withLogs(db, 'home = ? AND raised_at >= ? AND raised_at < ?', [home, from, to]);

/** The alarms of a home that were open at an instant, oldest first. */
export const openAlarms = (db: Database.Database, home: HomeId, at: Instant): StoredAlarm[] =>
  withLogs(db, 'home = ? AND raised_at <= ? AND (closed_at IS NULL OR closed_at > ?)', [home, at, at]);
