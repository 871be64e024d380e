import { sql } from 'kysely';
import { type Alarm, actorSchema, alarmEventTypeSchema, alarmSchema } from '../../../domain/alarm.ts';
import { purposeSchema } from '../../../domain/notification.ts';
import { z } from 'zod';
import type { Scope } from '../../../domain/scope.ts';
import type { Reader } from '../../store/reader.ts';
import { scoped } from '../scoped.ts';
import type { AlarmDetail } from './alarm-answer.ts';

/** Longest log that is answered in one piece; an alarm that repeats for days has hundreds of lines. */
const mostLines = 5_000;

export interface AlarmFilter {
  readonly open: boolean | undefined;
  readonly state: string | undefined;
  readonly priority: string | undefined;
  readonly rule: string | undefined;
  readonly home: string | undefined;
  readonly bed: string | undefined;
  readonly case: string | undefined;
  /** Raised at or after; before. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly before: number | null;
  readonly limit: number;
}

/** Alarms inside the scope, newest first. */
export const listAlarms = async (reader: Reader, scope: Scope, filter: AlarmFilter): Promise<{ seq: number; alarm: Alarm }[]> => {
  let query = reader
    .selectFrom('alarm')
    .select(['seq', 'body'])
    .where(scoped(scope, 'home', 'alarm.home'))
    .orderBy('seq', 'desc')
    .limit(filter.limit);
  if (filter.open === true) query = query.where('closed_at', 'is', null);
  if (filter.open === false) query = query.where('closed_at', 'is not', null);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.priority !== undefined) query = query.where('priority', '=', filter.priority);
  if (filter.rule !== undefined) query = query.where('rule', '=', filter.rule);
  if (filter.home !== undefined) query = query.where('home', '=', filter.home);
  if (filter.bed !== undefined) query = query.where('bed', '=', filter.bed);
  if (filter.case !== undefined) query = query.where('case_id', '=', filter.case);
  if (filter.from !== undefined) query = query.where('raised_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('raised_at', '<', filter.to);
  if (filter.before !== null) query = query.where('seq', '<', filter.before);
  const rows = await query.execute();
  return rows.map(({ seq, body }) => ({ seq, alarm: alarmSchema.parse(JSON.parse(body)) }));
};

/** The position of the live stream: everything up to it is in what is read afterwards. */
export const streamPosition = async (reader: Reader): Promise<number> => {
  const row = await reader
    .selectFrom('alarm_event')
    .select(({ fn }) => fn.max('seq').as('top'))
    .executeTakeFirst();
  return row?.top ?? 0;
};

/** The alarm inside the scope, or null. */
export const findAlarm = async (reader: Reader, scope: Scope, id: string): Promise<Alarm | null> => {
  const row = await reader
    .selectFrom('alarm')
    .select('body')
    .where('id', '=', id)
    .where(scoped(scope, 'home', 'alarm.home'))
    .executeTakeFirst();
  return row === undefined ? null : alarmSchema.parse(JSON.parse(row.body));
};

const readLog = async (reader: Reader, scope: Scope, id: string): Promise<AlarmDetail['log']> => {
  const rows = await reader
    .selectFrom('alarm_event')
    .selectAll()
    .where('alarm', '=', id)
    .where(scoped(scope, 'home', 'alarm_event.home'))
    .orderBy('seq')
    .limit(mostLines)
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    type: alarmEventTypeSchema.parse(row.type),
    at: row.at,
    by: actorSchema.parse(JSON.parse(row.by)),
    lateMs: row.late_ms,
    data: z.record(z.string(), z.unknown()).parse(JSON.parse(row.data)),
  }));
};

const readTold = async (reader: Reader, scope: Scope, id: string): Promise<AlarmDetail['told']> => {
  const notifications = await reader
    .selectFrom('notification')
    .leftJoin('link', 'link.seq', 'notification.link')
    .selectAll('notification')
    .select('link.opened_at')
    .where('notification.alarm', '=', id)
    .where(scoped(scope, 'home', 'notification.home'))
    .orderBy('notification.id')
    .limit(mostLines)
    .execute();
  if (notifications.length === 0) return [];
  const attempts = await reader
    .selectFrom('attempt')
    .selectAll()
    .where('notification', 'in', sql<number>`(SELECT n.id FROM notification n WHERE n.alarm = ${id})`)
    .orderBy('notification')
    .orderBy('channel_index')
    .execute();
  const byNotification = Map.groupBy(attempts, (attempt) => attempt.notification);
  return notifications.map((row) => ({
    notification: row.id,
    person: row.person,
    webhook: row.webhook,
    role: row.role,
    purpose: purposeSchema.parse(row.purpose),
    language: row.language,
    state: row.state,
    outcome: row.outcome,
    unreachable: row.unreachable === 1,
    createdAt: row.created_at,
    readAt: row.opened_at,
    attempts: (byNotification.get(row.id) ?? []).map((attempt) => ({
      channel: attempt.channel,
      state: attempt.state,
      tries: attempt.tries,
      startedAt: attempt.started_at,
      finishedAt: attempt.finished_at,
      code: attempt.code,
      detail: attempt.detail,
    })),
  }));
};

/** The alarm with its log and whom it reached, or null. */
export const readAlarmDetail = async (reader: Reader, scope: Scope, id: string): Promise<AlarmDetail | null> => {
  const alarm = await findAlarm(reader, scope, id);
  if (alarm === null) return null;
  const [log, told] = await Promise.all([readLog(reader, scope, id), readTold(reader, scope, id)]);
  return { alarm, log, told };
};
