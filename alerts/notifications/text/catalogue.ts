import type { Priority, RuleName } from '../../../domain/alarm.ts';
import type { Purpose } from '../../../domain/notification.ts';
import type { Audience } from './audience.ts';

/** What a phrase may be made from besides its own words. */
export interface PhraseFacts {
  /** Whole minutes from the beginning of the condition to the alarm. */
  readonly minutes: number;
  readonly devicePlace: string | null;
}

/** One language. Every field is needed, so that a new purpose, rule or audience does not compile until every language can say it. */
export interface Catalogue {
  /** Who, when the name is unknown or not for this receiver. */
  readonly resident: string;
  /** Where, when there is no address, or none that this receiver may know. */
  readonly knownPlace: string;
  readonly device: string;
  /** What happened, as the words after who or where. */
  readonly what: Readonly<Record<RuleName, Readonly<Record<'pre-alert' | 'alarm', (facts: PhraseFacts) => string>>>>;
  /** What happened, for those who may not know it: about a person, about a thing. */
  readonly helpNeeded: string;
  readonly deviceNeedsLook: string;
  /** The condition is over: the words after who. */
  readonly over: string;
  readonly overUnnamed: string;
  /** First word of a title. */
  readonly mark: Readonly<Record<Purpose, (priority: string) => string>>;
  readonly priority: Readonly<Record<Priority, string>>;
  /** What to do, when it is about a person and when it is about a device. */
  readonly ask: Readonly<Record<Purpose, Readonly<Record<Audience, string>>>>;
  readonly askDevice: Readonly<Record<Purpose, string>>;
  /** Joins what happened with when and how often. */
  readonly sentence: (who: string, since: string, what: string, calls: number) => string;
  readonly headline: (mark: string, who: string, what: string) => string;
  readonly where: (place: string) => string;
  readonly access: (access: string) => string;
  readonly takenBy: (name: string) => string;
  readonly late: (milliseconds: number) => string;
  readonly link: (link: string) => string;
  /** Home and bed, or home and device place, as one place. */
  readonly joinPlace: (parts: readonly string[]) => string;
}
