import type Database from 'better-sqlite3';
import { type Alarm, alarmSchema } from '../../domain/alarm.ts';
import type { Changes, RuleStateRecord } from '../../domain/changes.ts';
import type { DeviceId, HomeId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';
import type { Rejection } from '../../domain/rejection.ts';
import type { LiveEvent } from '../live-event.ts';

/** A refusal to be kept: who sent what, and what was wrong with it. */
export interface RejectionRow {
  readonly at: Instant;
  readonly device: DeviceId;
  readonly home: HomeId | null;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly rejection: Rejection;
}

/** How many rejections are kept, and how much of each payload: enough for an installer to see the fault, bounded whatever a device sends. */
export const rejectionsKept = 20_000;
const rejectionPayloadBytes = 2_048;

/**
 * The hot writes of a commit, as prepared statements. Everything here runs inside a transaction of the caller's; positions (journal,
 * live stream) are counted here and go back when the transaction does.
 */
export const createJournal = (db: Database.Database) => {
  const insertReading = db.prepare(
    'INSERT INTO reading (seq, device, home, bed, received_at, device_at, event_id, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const seen = db.prepare<[string, string], { at: number }>('SELECT at FROM call_seen WHERE device = ? AND event_id = ?');
  const markSeen = db.prepare(
    'INSERT INTO call_seen (device, event_id, at) VALUES (?, ?, ?) ON CONFLICT (device, event_id) DO UPDATE SET at = excluded.at',
  );
  const putRuleState = db.prepare(
    'INSERT INTO rule_state (rule, subject, state, wake_at) VALUES (?, ?, ?, ?) ON CONFLICT (rule, subject) DO UPDATE SET state = excluded.state, wake_at = excluded.wake_at',
  );
  const putAlarm = db.prepare(
    `INSERT INTO alarm (seq, id, case_id, rule, priority, home, bed, device, state, stage, raised_at, updated_at, closed_at, due_at, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (seq) DO UPDATE SET case_id = excluded.case_id, priority = excluded.priority, device = excluded.device, state = excluded.state, stage = excluded.stage,
       updated_at = excluded.updated_at, closed_at = excluded.closed_at, due_at = excluded.due_at, body = excluded.body`,
  );
  const insertEvent = db.prepare('INSERT INTO alarm_event (seq, alarm, home, at, type, by, late_ms, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const alarmHead = db.prepare<[string], { body: string }>('SELECT body FROM alarm WHERE id = ?');
  const insertRejection = db.prepare(
    `INSERT INTO rejection (seq, at, device, home, topic, payload, code, where_, detail)
     SELECT coalesce(max(seq), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ? FROM rejection`,
  );
  const trimRejections = db.prepare('DELETE FROM rejection WHERE seq <= ?');
  const maximum = (table: string): number => db.prepare<[], { top: number | null }>(`SELECT max(seq) AS top FROM ${table}`).get()?.top ?? 0;

  let reading = 0;
  let event = 0;

  const journal = {
    /** Takes the positions from the store; also after a transaction that was rolled back. */
    sync(): void {
      reading = Math.max(
        maximum('reading'),
        db.prepare<[], { top: number | null }>("SELECT max(position) AS top FROM cursor WHERE name LIKE 'telemetry:%'").get()?.top ?? 0,
      );
      event = maximum('alarm_event');
    },
    /** The newest row of the journal. */
    lastReading: (): number => reading,
    nextReading(): number {
      reading += 1;
      return reading;
    },
    insertReading(row: Reading): void {
      insertReading.run(row.seq, row.device, row.home, row.bed, row.receivedAt, row.deviceAt, row.eventId, JSON.stringify(row.facts));
    },
    /** When this call was last taken; null when it never was within the kept time. */
    callTaken(device: DeviceId, eventId: string): Instant | null {
      return (seen.get(device, eventId)?.at ?? null) as Instant | null;
    },
    markCall(device: DeviceId, eventId: string, at: Instant): void {
      markSeen.run(device, eventId, at);
    },
    insertRejection(row: RejectionRow): void {
      const payload = row.payload.subarray(0, rejectionPayloadBytes);
      // Consumers of the journal put rows among the rejections too, so the number is the table's own.
      const { lastInsertRowid } = insertRejection.run(
        row.at,
        row.device,
        row.home,
        row.topic.slice(0, 512),
        payload,
        row.rejection.code,
        row.rejection.where,
        row.rejection.detail,
      );
      const seq = Number(lastInsertRowid);
      if (seq % 100 === 0) trimRejections.run(seq - rejectionsKept);
    },
    /** Writes what decisions changed, apart from the outbox. @returns the lines for the live stream, in order. */
    writeChanges(changes: Changes, now: Instant): LiveEvent[] {
      for (const record of changes.ruleStates) putRuleState.run(record.rule, record.subject, JSON.stringify(record.state), record.wakeAt);
      const heads = new Map<string, Alarm>();
      for (const alarm of changes.alarms) {
        heads.set(alarm.id, alarm);
        const closedAt = alarm.state.value === 'closed' ? alarm.state.since : null;
        putAlarm.run(
          Number(alarm.id.slice('alarm-'.length)),
          alarm.id,
          alarm.case,
          alarm.rule,
          alarm.priority,
          alarm.home,
          alarm.bed,
          alarm.device,
          alarm.state.value,
          alarm.stage,
          alarm.raisedAt,
          now,
          closedAt,
          alarm.escalation?.dueAt ?? null,
          JSON.stringify(alarm),
        );
      }
      const lines: LiveEvent[] = [];
      for (const { alarm: id, home, event: said } of changes.events) {
        const alarm = heads.get(id) ?? readAlarm(alarmHead.get(id));
        if (alarm === undefined) continue;
        heads.set(id, alarm);
        event += 1;
        insertEvent.run(event, id, home, said.at, said.type, JSON.stringify(said.by), said.lateMs, JSON.stringify(said.data));
        lines.push({
          seq: event,
          alarm: id,
          home,
          bed: alarm.bed,
          rule: alarm.rule,
          priority: alarm.priority,
          state: alarm.state.value,
          event: said,
        });
      }
      return lines;
    },
  };
  journal.sync();
  return journal;
};

const readAlarm = (row: { body: string } | undefined): Alarm | undefined =>
  row === undefined ? undefined : alarmSchema.parse(JSON.parse(row.body));

/** Everything decisions start from after a restart. */
export const readKept = (db: Database.Database): { ruleStates: RuleStateRecord[]; openAlarms: Alarm[]; lastAlarm: number } => {
  const ruleStates = db
    .prepare<[], { rule: string; subject: string; state: string; wake_at: number | null }>(
      'SELECT rule, subject, state, wake_at FROM rule_state',
    )
    .all()
    .map((row) => ({ rule: row.rule, subject: row.subject, state: JSON.parse(row.state), wakeAt: row.wake_at }) as RuleStateRecord);
  const openAlarms = db
    .prepare<[], { body: string }>('SELECT body FROM alarm WHERE closed_at IS NULL ORDER BY seq')
    .all()
    .map((row) => alarmSchema.parse(JSON.parse(row.body)));
  const lastAlarm = db.prepare<[], { top: number | null }>('SELECT max(seq) AS top FROM alarm').get()?.top ?? 0;
  return { ruleStates, openAlarms, lastAlarm };
};
