import type { Priority } from '../../../domain/alarm.ts';
import type { Purpose } from '../../../domain/notification.ts';
import type { ReasonCode } from '../../../domain/reason-code.ts';
import type { Audience } from './audience.ts';
import type { Hazard } from './disclosure.ts';

/** What a phrase may be made from besides its own words. */
export interface PhraseFacts {
  /** The minutes that decided (out of bed, on the floor); null when the rule gives none. */
  readonly minutes: number | null;
  /** The count or rate that decided (beats or breaths a minute, trips, hours); null when the rule gives none. */
  readonly amount: number | null;
  readonly devicePlace: string | null;
}

/** One language. Every field is needed, so that a new purpose, reason or audience does not compile until every language can say it. */
export interface Catalogue {
  /** Who, when the name is unknown or not for this receiver. */
  readonly resident: string;
  /** Where, when there is no address, or none that this receiver may know. */
  readonly knownPlace: string;
  readonly device: string;
  /** What happened, as the words after who (a person, or for a device its home). */
  readonly what: Readonly<Record<ReasonCode, (facts: PhraseFacts) => string>>;
  /** What happened, for those who may not know it: about a person, about a thing. */
  readonly helpNeeded: string;
  readonly deviceNeedsLook: string;
  /** First word of a title. */
  readonly mark: Readonly<Record<Purpose, (priority: string) => string>>;
  readonly priority: Readonly<Record<Priority, string>>;
  /** What to do, when it is about a person and when it is about a device. */
  readonly ask: Readonly<Record<Purpose, Readonly<Record<Audience, string>>>>;
  readonly askDevice: Readonly<Record<Purpose, string>>;
  /** What to do first about a danger in the home, as long as somebody is to go: the fire service comes before the resident (Which?). */
  readonly askHazard: Readonly<Record<Hazard, Readonly<Record<Audience, string>>>>;
  /** Joins what happened with when and how often. */
  readonly sentence: (who: string, since: string, what: string, calls: number) => string;
  readonly headline: (mark: string, who: string, what: string) => string;
  readonly where: (place: string) => string;
  readonly access: (access: string) => string;
  readonly takenBy: (name: string) => string;
  /** What happened when an alarm about one device stands for an outage of so many homes. */
  readonly outage: (homes: number) => string;
  /** In brackets, to be put behind a phrase or sentence. */
  readonly late: (milliseconds: number) => string;
  readonly link: (link: string) => string;
  /** Home and bed, or home and device place, as one place. */
  readonly joinPlace: (parts: readonly string[]) => string;
}
