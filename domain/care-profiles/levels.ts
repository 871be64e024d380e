import { type CareProfile, type CareNumbersOverride, careProfileSchema } from '../care-profile.ts';

/**
 * What is watched grows with the need for care. The scales' levels come from GB/T 42195-2022 (0–4) and the long-term-care scale (0–5); the
 * numbers are [judgement] where domain facts §3 gives none, and every one can be changed for a resident.
 */

/** Lives by herself and manages: what would be noticed last is that nobody noticed anything. Up by ten, a sign of life every ten hours by day. */
const independent: CareNumbersOverride = {
  notUpBy: { enabled: true, by: '10:30' },
  noSignOfLife: { enabled: true, afterHours: 10, urgentAfterHours: 14 },
  outOfBed: { preAlertMinutes: 30, alarmMinutes: 60 },
};

/** Needs help with little: earlier on all counts, and trips at night begin to tell something. */
const slight: CareNumbersOverride = {
  notUpBy: { enabled: true, by: '10:00' },
  noSignOfLife: { enabled: true, afterHours: 7, urgentAfterHours: 12 },
  outOfBed: { preAlertMinutes: 20, alarmMinutes: 40 },
  nightTrips: { enabled: true, trips: 3, nights: 3 },
};

/** Needs help every day: the published defaults (15 and 30 min out of bed, 5 h of no movement), and unrest in bed is worth a look. */
const moderate: CareNumbersOverride = {
  notUpBy: { enabled: true, by: '09:30' },
  notInBedBy: { enabled: true, by: '23:30' },
  noSignOfLife: { enabled: true, afterHours: 5, urgentAfterHours: 10 },
  outOfBed: { preAlertMinutes: 15, alarmMinutes: 30 },
  nightTrips: { enabled: true, trips: 3, nights: 1 },
  restless: { enabled: true },
  fall: { longLieMinutes: 45 },
};

/**
 * Gets up with help only: to be out of bed at night at all is a danger within minutes. Not up by an hour says nothing any more, for somebody
 * else decides when; somebody comes several times a day, so five hours without a sign are too long.
 */
const severe: CareNumbersOverride = {
  noSignOfLife: { enabled: true, afterHours: 4, urgentAfterHours: 8 },
  outOfBed: { preAlertMinutes: 5, alarmMinutes: 10 },
  nightTrips: { enabled: true, trips: 2, nights: 1 },
  restless: { enabled: true },
  fall: { longLieMinutes: 30 },
};

/** Bedridden: turned every two hours (domain facts §3), and any empty bed is a fall or a transport. A pad is occupied for days by right. */
const complete: CareNumbersOverride = {
  noSignOfLife: { enabled: true, afterHours: 4, urgentAfterHours: 6 },
  outOfBed: { preAlertMinutes: 2, alarmMinutes: 5 },
  noTurning: { enabled: true, alarmMinutes: 120 },
  restless: { enabled: true },
  fall: { longLieMinutes: 15 },
};

/** Between severe and bedridden on the longer scale: turns little, and is turned every three hours. */
const verySevere: CareNumbersOverride = {
  ...severe,
  outOfBed: { preAlertMinutes: 3, alarmMinutes: 8 },
  noTurning: { enabled: true, alarmMinutes: 180 },
};

const profile = (id: string, name: string, numbers: CareNumbersOverride): CareProfile => careProfileSchema.parse({ id, name, numbers });

/** One for each level of the two scales; the digits mean different things, so the id names the scale. */
export const levelProfiles: readonly CareProfile[] = [
  profile('gbt-0', 'GB/T 42195 0 级 能力完好 intact', independent),
  profile('gbt-1', 'GB/T 42195 1 级 轻度失能 mild', slight),
  profile('gbt-2', 'GB/T 42195 2 级 中度失能 moderate', moderate),
  profile('gbt-3', 'GB/T 42195 3 级 重度失能 severe', severe),
  profile('gbt-4', 'GB/T 42195 4 级 完全失能 complete', complete),
  profile('ltc-0', '长护 0 级 基本正常 near normal', independent),
  profile('ltc-1', '长护 1 级 轻度 mild', slight),
  profile('ltc-2', '长护 2 级 中度 moderate', moderate),
  profile('ltc-3', '长护 3 级 重度Ⅰ severe I', severe),
  profile('ltc-4', '长护 4 级 重度Ⅱ severe II', verySevere),
  profile('ltc-5', '长护 5 级 重度Ⅲ severe III', complete),
];
