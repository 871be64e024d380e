import type { Changes } from '../../domain/changes.ts';
import type { AlarmId } from '../../domain/ids.ts';
import type { ReplayAlarm } from '../../domain/replay.ts';
import { isOver, raiseOf } from '../../domain/replay-notes.ts';

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
