import { type Alarm, type AlarmEvent, prioritySchema, reasonSchema } from '../../domain/alarm.ts';
import type { Changes } from '../../domain/changes.ts';
import type { AlarmId } from '../../domain/ids.ts';
import type { ReplayAlarm } from '../../domain/replay.ts';
import { z } from 'zod';

const raiseTypes = ['raised', 'raised-again', 'priority-raised'] as const;
const raiseDataSchema = z.object({ reason: reasonSchema, priority: prioritySchema, stage: z.enum(['pre-alert', 'alarm']) });

/** What an event of an alarm's log says about the rule behind it; null for what people, messages and outages did. */
const raiseOf = (event: AlarmEvent): ReplayAlarm['raises'][number] | null => {
  const type = raiseTypes.find((name) => name === event.type);
  if (type === undefined) return null;
  const data = raiseDataSchema.safeParse(event.data);
  return data.success ? { at: event.at, type, ...data.data } : null;
};

const isOver = ({ type }: AlarmEvent): boolean => type === 'returned' || type === 'cancelled';

/** An alarm with its whole log, as rules saw it. Null when the log does not hold how it was raised. */
export const replayAlarmOf = (alarm: Alarm, log: readonly AlarmEvent[]): ReplayAlarm | null => {
  const raises = log.map(raiseOf).filter((raise) => raise !== null);
  if (raises.length === 0) return null;
  const { rule, home, bed, device, raisedAt, stage, priority } = alarm;
  const over = log.findLast((event) => isOver(event) || raiseOf(event) !== null);
  return { rule, home, bed, device, raisedAt, stage, priority, raises, overAt: over !== undefined && isOver(over) ? over.at : null };
};

/** Writes down what a pipeline's changes say about its alarms, for a replay. Keeps every alarm; those that changed can be asked for. */
export const createAlarmNotes = () => {
  const notes = new Map<AlarmId, ReplayAlarm>();

  return {
    /** @returns the alarms whose note has changed */
    take({ alarms, events }: Pick<Changes, 'alarms' | 'events'>): readonly AlarmId[] {
      const heads = new Map(alarms.map((alarm) => [alarm.id, alarm]));
      const changed = new Set<AlarmId>();
      for (const { alarm: id, event } of events) {
        const raise = raiseOf(event);
        const over = isOver(event);
        const head = heads.get(id);
        const known = notes.get(id);
        if ((raise === null && !over) || head === undefined) continue;
        changed.add(id);
        const { rule, home, bed, device, raisedAt, stage, priority } = head;
        const raises = [...(known?.raises ?? []), ...(raise === null ? [] : [raise])];
        notes.set(id, { rule, home, bed, device, raisedAt, stage, priority, raises, overAt: over ? event.at : null });
      }
      return [...changed];
    },
    /** Goes on from a note that was kept. */
    load(id: AlarmId, note: ReplayAlarm): void {
      notes.set(id, note);
    },
    note: (id: AlarmId): ReplayAlarm | undefined => notes.get(id),
    forget(id: AlarmId): void {
      notes.delete(id);
    },
    /** In the order in which they were raised. */
    all: (): ReplayAlarm[] => [...notes.values()],
  };
};
