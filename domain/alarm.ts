import { z } from 'zod';
import { alarmIdSchema, bedIdSchema, deviceIdSchema, homeIdSchema, personIdSchema, webhookIdSchema } from './ids.ts';
import { instantSchema } from './instant.ts';
import { policySchema } from './policy.ts';
import { reasonCodeSchema } from './reason-code.ts';

/** high: life-threatening, at once; medium: prompt; low: today; technical: to the maintainers. */
export const priorities = ['high', 'medium', 'low', 'technical'] as const;
export const prioritySchema = z.enum(priorities);
export type Priority = z.infer<typeof prioritySchema>;

export const ruleNames = [
  'button',
  'fall',
  'out-of-bed',
  'device-offline',
  'battery-low',
  'smoke',
  'gas',
  'leak',
  'heart-rate',
  'breathing-rate',
  'no-sign-of-life',
  'wandering',
  'not-up-by',
  'not-in-bed-by',
  'no-turning',
  'restless',
  'night-trips',
  'mains-lost',
  'tamper',
  'chattering',
  'stale',
  'clock-wrong',
] as const;
export const ruleNameSchema = z.enum(ruleNames);
export type RuleName = z.infer<typeof ruleNameSchema>;

/** Rules whose alarms are cries for help: they cannot be shelved, suppressed, taken out of service, grouped or closed by a machine. */
export const callRules = ['button', 'fall'] as const satisfies readonly RuleName[];
export const isCallRule = (rule: RuleName): boolean => (callRules as readonly RuleName[]).includes(rule);

/** Who did it. */
export const actorSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('person'), person: personIdSchema }),
  z.strictObject({ type: z.literal('device'), device: deviceIdSchema }),
  /** A machine or an administrator's tool, by the name of its token. */
  z.strictObject({ type: z.literal('token'), token: z.string() }),
  z.strictObject({ type: z.literal('gateway') }),
]);
export type Actor = z.infer<typeof actorSchema>;

/** Why a rule decided as it did, kept for years: what it was about, what decided, against which number. */
export const reasonSchema = z.strictObject({
  /** The rule's own code, such as `pressed` or `out-of-bed-too-long`; the pages and messages put it into words. */
  code: reasonCodeSchema,
  device: deviceIdSchema.nullable(),
  /** When the condition began (the press, the leaving of the bed, the last word of a silent device). */
  since: instantSchema,
  /** The numbers that decided, by name, with the unit in the name: `{ alarmMinutes: 30 }`. */
  numbers: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
});
export type Reason = z.infer<typeof reasonSchema>;

/** What it was (first list after Affiliated's PERS codes, domain facts §4). */
export const causes = [
  'fall',
  'heart',
  'assist',
  'unknown',
  'status-check',
  'test',
  'accidental',
  'device-fault',
  'no-response',
  'no-speech',
  'dropped',
  'away-or-in-hospital',
  'returned-by-itself',
  'cancelled-by-resident',
] as const;
/** What came of it. */
export const outcomes = [
  'ambulance-sent',
  'contact-informed',
  'dispatch-cancelled',
  'not-set-up',
  'visited-safe',
  'visited-to-hospital',
  'help-refused',
  'died',
  'fault-reported',
  'no-action-needed',
] as const;
export const dispositionSchema = z.strictObject({
  cause: z.enum(causes),
  outcome: z.enum(outcomes),
  note: z.string().trim().max(1_000).default(''),
});
export type Disposition = z.infer<typeof dispositionSchema>;

/** The states of ISA-18.2 (domain facts §2), then `closed` with a disposition. Each holds only its own data. */
export const alarmStateSchema = z.discriminatedUnion('value', [
  z.strictObject({ value: z.literal('unacknowledged'), since: instantSchema }),
  z.strictObject({ value: z.literal('acknowledged'), since: instantSchema, by: actorSchema, returned: z.boolean() }),
  /** The condition went back to normal, and nobody has acknowledged yet. */
  z.strictObject({ value: z.literal('returned-unacknowledged'), since: instantSchema }),
  z.strictObject({ value: z.literal('shelved'), since: instantSchema, until: instantSchema, by: actorSchema }),
  z.strictObject({ value: z.literal('suppressed'), since: instantSchema, why: z.string() }),
  z.strictObject({ value: z.literal('out-of-service'), since: instantSchema, by: actorSchema }),
  z.strictObject({ value: z.literal('closed'), since: instantSchema, by: actorSchema, disposition: dispositionSchema }),
]);
export type AlarmState = z.infer<typeof alarmStateSchema>;
export type AlarmStateValue = AlarmState['value'];

/** Somebody on the way, or there. */
export const responseSchema = z.strictObject({
  by: actorSchema,
  /** The responder, when it is a known person. */
  responder: personIdSchema.nullable(),
  at: instantSchema,
});
export type Response = z.infer<typeof responseSchema>;

/**
 * What an escalation is doing: `pre-alert` only the first level was told and nothing follows by itself; `telling` levels and contacts are
 * told in their time; `exhausted` nobody answered, the next round is awaited; `answered` acknowledged, arrival is awaited; `stopped`.
 */
const escalationPhaseSchema = z.enum(['pre-alert', 'telling', 'exhausted', 'answered', 'stopped']);

/** How far the telling has come. Part of the alarm, so that it survives with it. */
export const escalationSchema = z.strictObject({
  /** The policy as it was when the alarm was raised; later edits do not touch a running alarm. */
  policy: policySchema,
  phase: escalationPhaseSchema,
  /** From here the wait of the phase counts: the last telling, the exhaustion, the acknowledgement. */
  since: instantSchema,
  /** From here the levels' seconds count. A second call does not set it back while nobody has answered. */
  startedAt: instantSchema,
  /** How many times the levels have begun; 1 is the first round. */
  round: z.number().int().min(1),
  /** Index of the next level to tell; equal to the number of levels when all were told. */
  nextLevel: z.number().int().min(0),
  /** When something is due next: a level, the next contact in order, a repeat, a reminder. Null: nothing is. */
  dueAt: instantSchema.nullable(),
  /** Everybody told since the alarm was raised, in order. */
  told: z.array(personIdSchema),
  /** Every webhook told since the alarm was raised, in order. */
  toldWebhooks: z.array(webhookIdSchema),
  /** Whom the levels of this round have told, and by which level: exactly one of `person` and `webhook` is set. */
  toldThisRound: z.array(
    z.strictObject({ level: z.number().int().min(0), person: personIdSchema.nullable(), webhook: webhookIdSchema.nullable() }),
  ),
  /** Contacts in order that are still to be told, for which level, and when; the earliest first. */
  queue: z.array(z.strictObject({ level: z.number().int().min(0), person: personIdSchema, dueAt: instantSchema })),
  /** Those who said "I can't" in this round. */
  declined: z.array(personIdSchema),
  /** Those whose every channel has failed in this round. */
  unreachable: z.array(personIdSchema),
  /** Who acknowledged, when it is a known person. */
  answeredBy: personIdSchema.nullable(),
  /** The last level has gone unanswered at least once. */
  exhausted: z.boolean(),
  /** After an acknowledgement: whether the reminder has gone out. */
  reminded: z.boolean(),
});
export type Escalation = z.infer<typeof escalationSchema>;

export const alarmSchema = z.strictObject({
  id: alarmIdSchema,
  /** The first alarm of the call for help that this one belongs to; its own id when it is the first. */
  case: alarmIdSchema,
  rule: ruleNameSchema,
  priority: prioritySchema,
  home: homeIdSchema,
  bed: bedIdSchema.nullable(),
  /** The device it is about, for technical alarms; the device that called, for calls. */
  device: deviceIdSchema.nullable(),
  /** A pre-alert may still be taken back by the condition itself; it is shown and told to the desk only. */
  stage: z.enum(['pre-alert', 'alarm']),
  state: alarmStateSchema,
  raisedAt: instantSchema,
  /** How many calls it holds: 1, and one more for each further press or fall. */
  calls: z.number().int().min(1),
  lastCallAt: instantSchema,
  /** Why it was raised, then why it was raised again: newest last, at most 20. */
  reasons: z.array(reasonSchema).min(1),
  dispatched: responseSchema.nullable(),
  arrived: responseSchema.nullable(),
  escalation: escalationSchema.nullable(),
});
export type Alarm = z.infer<typeof alarmSchema>;

/** One line of an alarm's append-only log. `data` says the rest in ids, codes and numbers, never in names or phones. */
export const alarmEventTypes = [
  'raised',
  'raised-again',
  'priority-raised',
  'returned',
  'cancelled',
  'acknowledged',
  'unacknowledged',
  'going',
  'declined',
  'dispatched',
  'arrived',
  'noted',
  'shelved',
  'unshelved',
  'suppressed',
  'unsuppressed',
  'out-of-service',
  'in-service',
  'closed',
  'level-told',
  'level-skipped',
  'person-skipped',
  'exhausted',
  'reminded',
  'sent',
  'delivered',
  'read',
  'send-failed',
  'send-unknown',
  'unreachable',
] as const;
export const alarmEventTypeSchema = z.enum(alarmEventTypes);
export type AlarmEventType = z.infer<typeof alarmEventTypeSchema>;

export const alarmEventSchema = z.strictObject({
  type: alarmEventTypeSchema,
  at: instantSchema,
  by: actorSchema,
  /** How much later than due it happened (the gateway was down), in ms; 0 when on time. */
  lateMs: z.number().int().min(0).default(0),
  data: z.record(z.string(), z.unknown()).default({}),
});
export type AlarmEvent = z.infer<typeof alarmEventSchema>;
