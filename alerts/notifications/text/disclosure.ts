import type { Priority, RuleName } from '../../../domain/alarm.ts';
import type { MessageSubject, Purpose } from '../../../domain/notification.ts';
import type { PersonRole } from '../../../domain/people.ts';
import type { ReasonCode } from '../../../domain/reason-code.ts';
import { type Audience, audienceOf } from './audience.ts';

/** How much a machine behind a webhook is given: `minimal` holds ids, codes and times, and nothing that names or locates a person. */
export const details = ['minimal', 'full'] as const;
export type Detail = (typeof details)[number];

/** What is left of a subject once everything this receiver may not know has been taken out. Texts are made from this alone. */
export interface Disclosed {
  readonly audience: Audience;
  readonly purpose: Purpose;
  readonly rule: RuleName;
  readonly priority: Priority;
  readonly stage: 'pre-alert' | 'alarm';
  readonly calls: number;
  readonly code: ReasonCode;
  readonly minutes: number | null;
  readonly amount: number | null;
  readonly since: number;
  readonly raisedAt: number;
  readonly timeZone: string;
  readonly lateMs: number;
  /** How many homes the outage has taken that the alarm stands for; 1 when it stands for itself. */
  readonly outageHomes: number;
  readonly resident: string | null;
  readonly home: string | null;
  readonly address: string | null;
  readonly bed: string | null;
  readonly access: string | null;
  readonly devicePlace: string | null;
  readonly takenBy: string | null;
  /** False: the receiver learns that help is needed, not what happened to the resident. */
  readonly mayKnowWhat: boolean;
}

/** The names under which rules give the minutes that decided. */
const minuteNames = ['alarmMinutes', 'preAlertMinutes', 'longLieMinutes'] as const;

const minutesOf = (subject: MessageSubject): number | null => {
  const found = minuteNames.map((name) => subject.reason.numbers[name]).find((value) => typeof value === 'number');
  return typeof found === 'number' ? Math.round(found) : null;
};

/** The names under which rules give a count or a rate that decided. */
const amountNames = ['measuredPerMinute', 'trips', 'afterHours'] as const;

const amountOf = (subject: MessageSubject): number | null => {
  const found = amountNames.map((name) => subject.reason.numbers[name]).find((value) => typeof value === 'number');
  return typeof found === 'number' ? Math.round(found) : null;
};

type Personal = Pick<Disclosed, 'resident' | 'home' | 'address' | 'bed' | 'access' | 'devicePlace' | 'takenBy' | 'mayKnowWhat'>;

const nothing: Personal = {
  resident: null,
  home: null,
  address: null,
  bed: null,
  access: null,
  devicePlace: null,
  takenBy: null,
  mayKnowWhat: false,
};

const deviceRules: readonly RuleName[] = ['device-offline', 'battery-low', 'mains-lost', 'tamper', 'chattering', 'stale', 'clock-wrong'];

/** Dangers in the home. They say nothing about the resident, and whoever is asked to go there must know of them. */
export const hazards = ['smoke', 'gas', 'leak'] as const satisfies readonly RuleName[];
export type Hazard = (typeof hazards)[number];
export const isHazard = (rule: RuleName): rule is Hazard => (hazards as readonly RuleName[]).includes(rule);

/** True for rules about a thing rather than a person. */
export const isDeviceRule = (rule: RuleName): boolean => deviceRules.includes(rule);

/** Line breaks and runs of spaces become one space, so that no field can start a line of its own in a message. Empty becomes null. */
const line = (text: string | null): string | null => {
  const flat = (text ?? '').replace(/[\s\u0000-\u001f\u007f]+/gu, ' ').trim();
  return flat === '' ? null : flat;
};

const personal = (subject: MessageSubject, audience: Audience, detail: Detail): Personal => {
  const aboutDevice = isDeviceRule(subject.rule);
  switch (audience) {
    case 'staff':
      return {
        resident: line(subject.residentName),
        home: line(subject.homeName),
        address: line(subject.address),
        bed: line(subject.bedName),
        // A door code travels only where somebody may have to go in.
        access: aboutDevice ? null : line(subject.access),
        devicePlace: line(subject.devicePlace),
        takenBy: line(subject.takenBy),
        mayKnowWhat: true,
      };
    case 'family':
      return {
        ...nothing,
        resident: line(subject.residentName),
        home: line(subject.homeName),
        devicePlace: aboutDevice ? line(subject.devicePlace) : null,
        takenBy: line(subject.takenBy),
        mayKnowWhat: true,
      };
    case 'neighbour':
      // Not the home's name: it often is the family's name.
      return { ...nothing, address: line(subject.address), mayKnowWhat: isHazard(subject.rule) };
    case 'maintainer':
      return { ...nothing, home: line(subject.homeName), devicePlace: line(subject.devicePlace), mayKnowWhat: aboutDevice };
    case 'system':
      return detail === 'full'
        ? { ...personal(subject, 'staff', detail), access: null }
        : // A rule's name is a code, not a person: it stays.
          { ...nothing, mayKnowWhat: true };
  }
};

/**
 * Takes out of a subject what a receiver of this role may not know (design: no more about the resident than that receiver may know).
 * Staff get everything that helps them to go; family the name and what happened; a neighbour the address and that help is needed; a
 * maintainer the home and the device's place; a machine what its `detail` says. Way-in notes never leave towards anybody but staff.
 */
export const disclose = (subject: MessageSubject, role: PersonRole, detail: Detail = 'minimal'): Disclosed => {
  const audience = audienceOf(role);
  return {
    audience,
    purpose: subject.purpose,
    rule: subject.rule,
    priority: subject.priority,
    stage: subject.stage,
    calls: subject.calls,
    code: subject.reason.code,
    minutes: minutesOf(subject),
    amount: amountOf(subject),
    since: subject.reason.since,
    raisedAt: subject.raisedAt,
    timeZone: subject.timeZone,
    lateMs: subject.lateMs,
    outageHomes: subject.outageHomes ?? 1,
    ...personal(subject, audience, detail),
  };
};
