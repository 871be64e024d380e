import { z } from 'zod';
import { ruleNameSchema } from './alarm.ts';
import { bedIdSchema, deviceIdSchema, homeIdSchema } from './ids.ts';
import { instantSchema } from './instant.ts';
import { factsSchema } from './reading.ts';
import { replayAlarmSchema } from './replay.ts';

/** Everything that can be said about how a rule stands; put into words in wording/explanation-wording.ts. */
export const pointCodes = [
  'rule-off', // it is switched off for this resident
  'resident-state', // { state }: quiets a rule that reasons from inactivity
  'never-heard', // { kinds, days }: no reading that it wants in the time looked at
  'last-heard', // { device, at, minutes }: its last reading
  'looks-again', // { at }: it waits, and looks again then
  'nothing-begun', // nothing that would lead to an alarm has begun
  'raised', // { code, since, at } and the reason's numbers
  'was-over', // { code, at, overAt }: the last alarm, and its end
  'in-bed', // {}
  'not-in-bed', // {}: up by day, or not known
  'leaving-for', // { seconds, ofSeconds }: the pad says empty, not yet for long enough
  'out-of-bed-for', // { minutes, ofMinutes, since }: towards the next stage
  'night-over', // { at }: what was not raised is not raised any more
  'pressed-last', // { device, at, minutes }
  'no-press', // none is remembered
  'no-fall', // no fall is under way
  'fall-since', // { since, device }
  'may-cancel', // { seconds, ofSeconds }: the wearer may still take it back
  'lies-for', // { minutes, ofMinutes }: towards a long lie
  'got-up', // there was a sign of having got up
  'battery-low', // { by }: its percentage, or the device's own word
  'battery-well',
  'no-heartbeat', // the device's model promises nothing, so silence is no news
  'silent-for', // { minutes, ofMinutes, missedHeartbeats }
  'said-gone', // { at }: its last will, hub or the broker says that it is gone
  'gateway-was-deaf', // { until }: silence before that proves nothing
  'hub-away', // its hub stands for it
] as const;
export const explanationPointSchema = z.strictObject({
  code: z.enum(pointCodes),
  /** Ids, codes, instants (ms since 1970) and numbers, with the unit in the name. */
  numbers: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
});
export type ExplanationPoint = z.infer<typeof explanationPointSchema>;

/**
 * `off`: switched off; `quiet`: the resident's state quiets it; `unheard`: it has heard nothing that it could judge; `calm`: nothing has begun;
 * `waiting`: something has begun and is not enough yet; `raised`: it has called.
 */
export const standings = ['off', 'quiet', 'unheard', 'calm', 'waiting', 'raised'] as const;

/** What a rule says of its own state. */
export interface RuleStanding {
  readonly standing: 'calm' | 'waiting' | 'raised';
  readonly since: z.infer<typeof instantSchema> | null;
  readonly points: readonly ExplanationPoint[];
}

export const ruleExplanationSchema = z.strictObject({
  rule: ruleNameSchema,
  /** The device it is about, for a rule about devices. */
  device: deviceIdSchema.nullable(),
  standing: z.enum(standings),
  since: instantSchema.nullable(),
  points: z.array(explanationPointSchema),
  /** The last readings that it was given, newest first. */
  readings: z.array(z.strictObject({ at: instantSchema, device: deviceIdSchema, facts: factsSchema })),
  /** The rule as a sentence with this resident's numbers. */
  sentence: z.string(),
  /** The points as sentences. */
  words: z.array(z.string()),
});
export type RuleExplanation = z.infer<typeof ruleExplanationSchema>;

export const whyAnswerSchema = z.strictObject({
  home: homeIdSchema,
  bed: bedIdSchema,
  at: instantSchema,
  timeZone: z.string(),
  residentState: z.string(),
  /** From here on the history was played; what lies before is not known to this answer. */
  lookedFrom: instantSchema,
  readings: z.number().int(),
  /** Alarms about the bed, its home or its devices that were really open then. */
  open: z.array(replayAlarmSchema),
  /** Those that have spoken or wait first. */
  rules: z.array(ruleExplanationSchema),
});
export type WhyAnswer = z.infer<typeof whyAnswerSchema>;
