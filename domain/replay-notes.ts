import { z } from 'zod';
import { type Alarm, type AlarmEvent, prioritySchema, reasonSchema } from './alarm.ts';
import type { ReplayAlarm } from './replay.ts';

const raiseTypes = ['raised', 'raised-again', 'priority-raised'] as const;
const raiseDataSchema = z.object({ reason: reasonSchema, priority: prioritySchema, stage: z.enum(['pre-alert', 'alarm']) });

/** What an event of an alarm's log says about the rule behind it; null for what people, messages and outages did. */
export const raiseOf = (event: AlarmEvent): ReplayAlarm['raises'][number] | null => {
  const type = raiseTypes.find((name) => name === event.type);
  if (type === undefined) return null;
  const data = raiseDataSchema.safeParse(event.data);
  return data.success ? { at: event.at, type, ...data.data } : null;
};

/** Whether an event ends the condition: it went back to normal, or was taken back at the device. */
export const isOver = ({ type }: AlarmEvent): boolean => type === 'returned' || type === 'cancelled';

/** An alarm with its whole log, as rules saw it. Null when the log does not hold how it was raised. */
export const replayAlarmOf = (alarm: Alarm, log: readonly AlarmEvent[]): ReplayAlarm | null => {
  const raises = log.map(raiseOf).filter((raise) => raise !== null);
  if (raises.length === 0) return null;
  const { rule, home, bed, device, raisedAt, stage, priority } = alarm;
  const over = log.findLast((event) => isOver(event) || raiseOf(event) !== null);
  return { rule, home, bed, device, raisedAt, stage, priority, raises, overAt: over !== undefined && isOver(over) ? over.at : null };
};
