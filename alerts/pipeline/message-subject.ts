import type { Actor, Alarm } from '../../domain/alarm.ts';
import type { Instant } from '../../domain/instant.ts';
import type { MessageSubject, Purpose } from '../../domain/notification.ts';
import type { World } from '../../domain/world.ts';

/** What surrounds a telling, apart from the alarm itself. */
export interface Circumstances {
  readonly now: Instant;
  /** How much later than due it happens. */
  readonly lateMs: number;
  /** Who has just taken it. */
  readonly takenBy: Actor | null;
  /** How many homes the outage has taken that the alarm stands for. */
  readonly outageHomes?: number;
}

/** Everything a message about this alarm may be made from, as the records stand now. What of it a receiver may know is decided where the text is made. */
export const messageSubjectOf = (alarm: Alarm, purpose: Purpose, world: World, circumstances: Circumstances): MessageSubject => {
  const { takenBy, lateMs, outageHomes } = circumstances;
  const home = world.home(alarm.home);
  const bed = alarm.bed === null ? undefined : world.bed(alarm.bed);
  const resident = alarm.bed === null ? undefined : world.residentOf(alarm.bed);
  const device = alarm.device === null ? undefined : world.device(alarm.device);
  const reason = alarm.reasons.at(-1);
  if (reason === undefined) throw new RangeError(`${alarm.id} has no reason`);
  return {
    purpose,
    rule: alarm.rule,
    priority: alarm.priority,
    stage: alarm.stage,
    calls: alarm.calls,
    reason,
    raisedAt: alarm.raisedAt,
    residentName: resident?.name ?? null,
    homeName: home?.name ?? alarm.home,
    address: home?.address ?? '',
    access: home?.access ?? '',
    bedName: bed?.name ?? '',
    devicePlace: device?.place ?? '',
    timeZone: home?.timeZone ?? 'Asia/Shanghai',
    takenBy: takenBy?.type === 'person' ? (world.person(takenBy.person)?.name ?? null) : null,
    lateMs,
    ...(outageHomes === undefined ? {} : { outageHomes }),
  };
};
