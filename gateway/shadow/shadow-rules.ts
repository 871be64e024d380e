import type { CareNumbers } from '../../domain/care-profile.ts';
import type { AlarmId, BedId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { ReplayAlarm } from '../../domain/replay.ts';
import type { HistoryItem } from '../replay/stored-history.ts';

/** Rules and alarms of one home that run beside the real ones, tell nobody, and share nothing with them. */
export interface ShadowRules {
  feed(items: Iterable<HistoryItem>): void;
  /** Time has come this far. */
  finish(until: Instant): void;
  /** Where they stand: plain data for the store. Only after `finish`. */
  kept(): unknown;
}

/** Starts them. @param state what `kept` gave, or null to begin anew with alarms numbered after `lastAlarm` */
export type StartShadowRules = (options: {
  readonly numbersOf: (bed: BedId | null) => CareNumbers | null;
  readonly state: unknown;
  readonly lastAlarm: number;
  readonly onAlarm: (id: AlarmId, note: ReplayAlarm) => void;
}) => ShadowRules;
