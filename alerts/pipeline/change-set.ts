import type { Alarm, AlarmEvent } from '../../domain/alarm.ts';
import type { Changes, NewNotification } from '../../domain/changes.ts';
import type { AlarmId, HomeId } from '../../domain/ids.ts';
import type { RuleStateRecord } from '../../domain/changes.ts';

/** Gathers what decisions change until somebody writes it down. */
export const createChangeSet = () => {
  const alarms = new Map<AlarmId, Alarm>();
  const settled = new Set<AlarmId>();
  let events: { alarm: AlarmId; home: HomeId; event: AlarmEvent }[] = [];
  let notifications: NewNotification[] = [];

  return {
    alarm(alarm: Alarm): void {
      alarms.set(alarm.id, alarm);
    },
    event(alarm: AlarmId, home: HomeId, event: AlarmEvent): void {
      events.push({ alarm, home, event });
    },
    notify(notification: NewNotification): void {
      notifications.push(notification);
    },
    settle(alarm: AlarmId): void {
      settled.add(alarm);
    },
    /** Gives everything out and begins anew. */
    drain(ruleStates: readonly RuleStateRecord[]): Changes {
      const changes: Changes = { ruleStates, alarms: [...alarms.values()], events, notifications, settled: [...settled] };
      alarms.clear();
      settled.clear();
      events = [];
      notifications = [];
      return changes;
    },
  };
};
export type ChangeSet = ReturnType<typeof createChangeSet>;
