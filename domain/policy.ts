import { z } from 'zod';
import { personIdSchema, policyIdSchema, rosterIdSchema, webhookIdSchema } from './ids.ts';

/** Whom a level tells. */
export const targetSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('roster'), roster: rosterIdSchema }),
  z.strictObject({ type: z.literal('person'), person: personIdSchema }),
  /** The home's contacts: all at once, or one after another with `eachSeconds` between (45–60 s, domain facts §4). */
  z.strictObject({
    type: z.literal('contacts'),
    order: z.enum(['parallel', 'in-order']).default('parallel'),
    eachSeconds: z.number().int().min(5).max(600).default(45),
  }),
  z.strictObject({ type: z.literal('webhook'), webhook: webhookIdSchema }),
]);
export type Target = z.infer<typeof targetSchema>;

export const levelSchema = z.strictObject({
  /** Seconds after the alarm was raised without an acknowledgement. */
  afterSeconds: z.number().int().min(0).max(86_400),
  targets: z.array(targetSchema).max(20),
  /** What the message asks for: look at it, or go there now although nobody has verified it. */
  asks: z.enum(['answer', 'dispatch-unverified']).default('answer'),
});
export type Level = z.infer<typeof levelSchema>;

/** An escalation policy 升级策略. */
export const policySchema = z
  .strictObject({
    id: policyIdSchema,
    name: z.string().trim().min(1).max(80),
    levels: z.array(levelSchema).min(1).max(20),
    /** After the last level without an answer the gateway shouts, and begins again at the first level every so often, until somebody answers. Null shouts once. */
    repeatSeconds: z.number().int().min(30).max(86_400).nullable().default(180),
    /** Acknowledged, but neither arrived nor resolved: remind after this long (arrival is checked at 15 and 30 min, domain facts §4). Null: never. */
    remindSeconds: z.number().int().min(10).max(86_400).nullable().default(900),
    /** … and after this long take the acknowledgement back and escalate again. Null: never. */
    reopenSeconds: z.number().int().min(10).max(86_400).nullable().default(1_800),
  })
  .refine((p) => p.levels.every((level, i) => i === 0 || level.afterSeconds >= (p.levels[i - 1]?.afterSeconds ?? 0)), {
    path: ['levels'],
    error: 'levels must stand in the order of their afterSeconds',
  });
export type Policy = z.infer<typeof policySchema>;

const roster = (id: string): z.input<typeof targetSchema> => ({ type: 'roster', roster: id });

/**
 * The policies a new gateway starts with (domain facts §4; judgement where no source gives a number): acknowledge in 60 s, second seat and
 * family in parallel at 60 s, supervisor at 120 s, dispatch unverified at 180 s.
 */
export const defaultPolicies: readonly Policy[] = [
  {
    id: 'default-high',
    name: '紧急 high',
    levels: [
      { afterSeconds: 0, targets: [roster('duty')] },
      { afterSeconds: 60, targets: [roster('second-seat'), { type: 'contacts', order: 'parallel' }] },
      { afterSeconds: 120, targets: [roster('supervisor')] },
      { afterSeconds: 180, targets: [roster('responders')], asks: 'dispatch-unverified' },
    ],
  },
  {
    id: 'default-medium',
    name: '一般 medium',
    levels: [
      { afterSeconds: 0, targets: [roster('duty')] },
      { afterSeconds: 300, targets: [roster('second-seat'), roster('supervisor')] },
    ],
    repeatSeconds: 900,
  },
  {
    id: 'default-low',
    name: '当日 low',
    levels: [{ afterSeconds: 0, targets: [roster('duty')] }],
    repeatSeconds: 28_800,
    remindSeconds: null,
    reopenSeconds: null,
  },
  {
    id: 'default-technical',
    name: '技术 technical',
    levels: [{ afterSeconds: 0, targets: [roster('maintainers')] }],
    repeatSeconds: 28_800,
    remindSeconds: null,
    reopenSeconds: null,
  },
].map((policy) => policySchema.parse(policy));
