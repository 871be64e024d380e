import { z } from 'zod';
import { clockTimeSchema } from '../instant.ts';
import { overrideOfGroup, wholeBetween } from './group.ts';

const notInBedBy = {
  /** Off until a profile says so: no programme publishes a clock time (domain facts §3), and who goes to bed late is not in danger. */
  enabled: z.boolean().default(false),
  /** [judgement] Two and a half hours after the usual night of 21:00 (CareTech) has begun. */
  by: clockTimeSchema.default('23:30'),
};

const notUpBy = {
  /** Off until a profile says so, for it must fit the resident's habits. */
  enabled: z.boolean().default(false),
  /** [judgement] "Not up by morning" is sold without a published time (Tunstall; domain facts §3); four hours after the night's end. */
  by: clockTimeSchema.default('10:00'),
  /** [judgement] Getting up counts from here: earlier is a trip in the night. */
  countsFrom: clockTimeSchema.default('05:00'),
  /** [judgement] Out of bed for less is a trip to the toilet. */
  upMinutes: wholeBetween(1, 120).default(15),
};

const restless = {
  enabled: z.boolean().default(false),
  /** [judgement] A third of an hour: healthy sleepers move in single minutes, a few times an hour. */
  movingMinutes: wholeBetween(2, 120).default(20),
  ofMinutes: wholeBetween(5, 240).default(60),
  /** [judgement] A minute counts when the pad saw movement in this share of its time. */
  movementPercent: wholeBetween(1, 100).default(10),
};

const noTurning = {
  /** For those who cannot turn over by themselves only. */
  enabled: z.boolean().default(false),
  /** More than 120 minutes (domain facts §3, after a mattress maker's notes). */
  alarmMinutes: wholeBetween(15, 720).default(120),
  /** [judgement] From this share of a reporting time in movement on it was a turning over, for pads that give no `turned`. */
  movementPercent: wholeBetween(1, 100).default(30),
};

const nightTrips = {
  enabled: z.boolean().default(false),
  /** Three or more a night: falls 1.28 times as likely (PMC3222329). */
  trips: wholeBetween(1, 20).default(3),
  /** Told from the first such night on; a profile may ask for three of seven (PMC2691189 counts days a week). */
  nights: wholeBetween(1, 7).default(1),
};

/** NEWS (RapidResponseCentral; HR ≥ 131 from professional knowledge): the red values, at which an alarm is high. */
export const newsRed = { heartRate: { low: 40, high: 131 }, breathingRate: { low: 8, high: 25 } } as const;

const samplesInARow = {
  /** Three good samples in a row, in bed (domain facts §3). */
  samples: wholeBetween(1, 20).default(3),
  /** [judgement] Bed and radar frames come every 10 s or so; samples closer than this are one. */
  apartSeconds: wholeBetween(0, 600).default(5),
  /** [judgement] The device's own trust in the sample, where it gives one. */
  leastQualityPercent: wholeBetween(0, 100).default(60),
};

const heartRate = {
  /** On: who installs a pad that measures it expects to be told. */
  enabled: z.boolean().default(true),
  /** 45–110 a minute (domain facts §3, Chinese practice). */
  lowPerMinute: wholeBetween(20, 150).default(45),
  highPerMinute: wholeBetween(50, 250).default(110),
  ...samplesInARow,
};

const breathingRate = {
  enabled: z.boolean().default(true),
  /** 10–30 a minute (domain facts §3, Chinese practice). */
  lowPerMinute: wholeBetween(2, 30).default(10),
  highPerMinute: wholeBetween(12, 80).default(30),
  ...samplesInARow,
};

const lowBelowHigh = (n: { lowPerMinute: number; highPerMinute: number }): boolean => n.lowPerMinute < n.highPerMinute;
const lowBelowHighError = { path: ['highPerMinute'], error: 'must be more than lowPerMinute' };

/** The numbers of the rules about somebody in bed, with their defaults and sources. */
export const bedNumbers = {
  notInBedBy: z.strictObject(notInBedBy).prefault({}),
  notUpBy: z.strictObject(notUpBy).prefault({}),
  restless: z
    .strictObject(restless)
    .refine((n) => n.ofMinutes >= n.movingMinutes, { path: ['ofMinutes'], error: 'must not be less than movingMinutes' })
    .prefault({}),
  noTurning: z.strictObject(noTurning).prefault({}),
  nightTrips: z.strictObject(nightTrips).prefault({}),
  heartRate: z.strictObject(heartRate).refine(lowBelowHigh, lowBelowHighError).prefault({}),
  breathingRate: z.strictObject(breathingRate).refine(lowBelowHigh, lowBelowHighError).prefault({}),
};

export const bedOverrides = {
  notInBedBy: overrideOfGroup(notInBedBy),
  notUpBy: overrideOfGroup(notUpBy),
  restless: overrideOfGroup(restless),
  noTurning: overrideOfGroup(noTurning),
  nightTrips: overrideOfGroup(nightTrips),
  heartRate: overrideOfGroup(heartRate),
  breathingRate: overrideOfGroup(breathingRate),
};
