import { z } from 'zod';
import { actorSchema, alarmEventTypeSchema, prioritySchema, ruleNameSchema } from '../../../domain/alarm.ts';
import { alarmIdSchema, bedIdSchema, homeIdSchema } from '../../../domain/ids.ts';
import { instant } from '../../../domain/instant.ts';
import type { Scope } from '../../../domain/scope.ts';
import type { LiveEvent } from '../../live-event.ts';
import type { Reader } from '../../store/reader.ts';
import { scoped } from '../scoped.ts';

const stateSchema = z.enum([
  'unacknowledged',
  'acknowledged',
  'returned-unacknowledged',
  'shelved',
  'suppressed',
  'out-of-service',
  'closed',
]);

/**
 * Committed events after a position, oldest first. `state` and `priority` are the alarm's of today, not of that moment: who catches up
 * wants to know how it stands.
 */
export const readEvents = async (reader: Reader, scope: Scope, after: number, limit: number): Promise<LiveEvent[]> => {
  const rows = await reader
    .selectFrom('alarm_event')
    .innerJoin('alarm', 'alarm.id', 'alarm_event.alarm')
    .select(['alarm_event.seq', 'alarm_event.alarm', 'alarm_event.home', 'alarm_event.at', 'alarm_event.type', 'alarm_event.by'])
    .select(['alarm_event.late_ms', 'alarm_event.data', 'alarm.bed', 'alarm.rule', 'alarm.priority', 'alarm.state'])
    .where('alarm_event.seq', '>', after)
    .where(scoped(scope, 'home', 'alarm_event.home'))
    .orderBy('alarm_event.seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    alarm: alarmIdSchema.parse(row.alarm),
    home: homeIdSchema.parse(row.home),
    bed: row.bed === null ? null : bedIdSchema.parse(row.bed),
    rule: ruleNameSchema.parse(row.rule),
    priority: prioritySchema.parse(row.priority),
    state: stateSchema.parse(row.state),
    event: {
      type: alarmEventTypeSchema.parse(row.type),
      at: instant(row.at),
      by: actorSchema.parse(JSON.parse(row.by)),
      lateMs: row.late_ms,
      data: z.record(z.string(), z.unknown()).parse(JSON.parse(row.data)),
    },
  }));
};
