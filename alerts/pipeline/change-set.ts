import type { Alarm, AlarmEvent } from '../../domain/alarm.ts';
import type { Changes, NewNotification } from '../../domain/changes.ts';
import type { AlarmId, HomeId } from '../../domain/ids.ts';
import type { RuleStateRecord } from '../../domain/changes.ts';

/** Gathers what decisions change until somebody writes it down. */
export const createChangeSet = () => {
  const alarms = new Map<AlarmId, Alarm>();
  const settled = new Set<AlarmId>();
  let events: { alarm: AlarmId; home: HomeId; event: AlarmEvent }[] = [];
  /** In the order in which they were first wanted. */
  const notifications = new Map<string, NewNotification>();

  return {
    alarm(alarm: Alarm): void {
      alarms.set(alarm.id, alarm);
    },
    event(alarm: AlarmId, home: HomeId, event: AlarmEvent): void {
      events.push({ alarm, home, event });
    },
    /**
     * Somebody is to be told. Told the same of the same alarm twice in one commit (a device that was cut off sends all its presses at once),
     * they are told once, as things stand last: with the number of calls.
     */
    notify(notification: NewNotification): void {
      const { alarm, person, webhook, purpose } = notification;
      notifications.set(`${alarm} ${person ?? ''} ${webhook ?? ''} ${purpose}`, notification);
    },
    settle(alarm: AlarmId): void {
      settled.add(alarm);
    },
    /** Gives everything out and begins anew. */
    drain(ruleStates: readonly RuleStateRecord[]): Changes {
      const changes: Changes = {
        ruleStates,
        alarms: [...alarms.values()],
        events,
        notifications: [...notifications.values()],
        settled: [...settled],
      };
      alarms.clear();
      settled.clear();
      events = [];
      notifications.clear();
      return changes;
    },
  };
};
