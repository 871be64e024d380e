import { z } from 'zod';
import { bedNumbers, bedOverrides } from './care-numbers/bed-numbers.ts';
import { deviceNumbers, deviceOverrides } from './care-numbers/device-numbers.ts';
import { homeNumbers, homeOverrides } from './care-numbers/home-numbers.ts';
import { profileIdSchema } from './ids.ts';
import { clockTimeSchema } from './instant.ts';

/** Whole seconds or minutes within sane limits; the limits are part of the error a nurse reads. */
const secondsBetween = (low: number, high: number) => z.number().int().min(low).max(high);

/**
 * The numbers a rule may need, each with its default. Sources: docs of the field in ../shared/domain-facts.md, cited here by section.
 */
export const careNumbersSchema = z.strictObject({
  button: z
    .strictObject({
      /** A second copy of one press by another topic within this time is the same press (one press arrives as up to three messages). */
      echoSeconds: secondsBetween(0, 10).default(2),
    })
    .prefault({}),
  fall: z
    .strictObject({
      /** The wearer may take a suspected fall back for this long (30–60 s, domain facts §3, judgement). */
      localCancelSeconds: secondsBetween(0, 120).default(30),
      /** A long lie is one hour on the floor (BMJ 2008;337:a2227). */
      longLieMinutes: secondsBetween(5, 240).default(60),
    })
    .prefault({}),
  outOfBed: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Night on the home's wall clock: 21:00–06:00 (CareTech). */
      nightFrom: clockTimeSchema.default('21:00'),
      nightTo: clockTimeSchema.default('06:00'),
      /** 15 min pre-alert, 30 min alarm, cancelled by return (domain facts §3). */
      preAlertMinutes: secondsBetween(1, 240).default(15),
      alarmMinutes: secondsBetween(1, 480).default(30),
      /** A pad flickers when a sleeper turns: 5–10 s (domain facts §3). */
      debounceSeconds: secondsBetween(0, 60).default(8),
    })
    .refine((n) => n.alarmMinutes >= n.preAlertMinutes, { path: ['alarmMinutes'], error: 'must not be less than preAlertMinutes' })
    .prefault({}),
  deviceOffline: z
    .strictObject({
      /** Offline after this many missed heartbeats (domain facts §3: three; 25 h is too slow). */
      missedHeartbeats: secondsBetween(2, 20).default(3),
    })
    .prefault({}),
  batteryLow: z
    .strictObject({
      enabled: z.boolean().default(true),
      belowPercent: secondsBetween(1, 90).default(20),
      /** It counts as well again only this much above, so that a reading that dithers does not call twice. */
      hysteresisPercent: secondsBetween(0, 50).default(10),
    })
    .prefault({}),
  ...bedNumbers,
  ...homeNumbers,
  ...deviceNumbers,
});
export type CareNumbers = z.infer<typeof careNumbersSchema>;

const overrideOf = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).partial();
/** The same numbers, each optional and without defaults: what a profile or a resident changes. */
export const careNumbersOverrideSchema = overrideOf({
  button: overrideOf({ echoSeconds: secondsBetween(0, 10) }),
  fall: overrideOf({ localCancelSeconds: secondsBetween(0, 120), longLieMinutes: secondsBetween(5, 240) }),
  outOfBed: overrideOf({
    enabled: z.boolean(),
    nightFrom: clockTimeSchema,
    nightTo: clockTimeSchema,
    preAlertMinutes: secondsBetween(1, 240),
    alarmMinutes: secondsBetween(1, 480),
    debounceSeconds: secondsBetween(0, 60),
  }),
  deviceOffline: overrideOf({ missedHeartbeats: secondsBetween(2, 20) }),
  batteryLow: overrideOf({ enabled: z.boolean(), belowPercent: secondsBetween(1, 90), hysteresisPercent: secondsBetween(0, 50) }),
  ...bedOverrides,
  ...homeOverrides,
  ...deviceOverrides,
});
export type CareNumbersOverride = z.infer<typeof careNumbersOverrideSchema>;

/** A care profile 照护方案: a named set of numbers that many residents share. */
export const careProfileSchema = z.strictObject({
  id: profileIdSchema,
  name: z.string().trim().min(1).max(80),
  numbers: careNumbersOverrideSchema.default({}),
});
export type CareProfile = z.infer<typeof careProfileSchema>;

/**
 * The numbers in force: defaults, then the profile's, then the resident's own.
 * @throws ZodError when the three together contradict one another (an alarm before its pre-alert).
 */
export const careNumbersOf = (profile: CareNumbersOverride, own: CareNumbersOverride): CareNumbers => {
  const merged: Record<string, object> = {};
  for (const layer of [profile, own]) {
    for (const [rule, numbers] of Object.entries(layer)) merged[rule] = { ...merged[rule], ...numbers };
  }
  return careNumbersSchema.parse(merged);
};
