import { z } from 'zod';
import { deviceModelIdSchema } from './ids.ts';
import { factsSchema } from './reading.ts';
import { rejectionCodeSchema } from './rejection.ts';

const bilingual = z.strictObject({ 'zh-CN': z.string(), en: z.string() });

/** A device model as people choose it: what it is called, sold as, how it is connected and what is known to go wrong. */
export const modelSummarySchema = z.strictObject({
  id: deviceModelIdSchema,
  name: bilingual,
  /** It signs in itself and speaks for others. */
  hub: z.boolean(),
  /** It never signs in: a hub speaks for it. */
  child: z.boolean(),
  heartbeatSeconds: z.number(),
  sold: z.array(z.string()),
  connect: bilingual.nullable(),
  faults: z.array(bilingual),
});
export type ModelSummary = z.infer<typeof modelSummarySchema>;

/** A message to be tried on a model, as an installer pastes it. */
export const modelTrialSchema = z.strictObject({
  model: deviceModelIdSchema,
  /** Below the device's own prefix, or whole: `carebed/v1/<device>/…`. */
  topic: z.string().min(1).max(1_000),
  payload: z.string().max(1_000_000),
  retain: z.boolean().default(false),
  /** The model of the child it is about, for a hub; absent: the child is not placed. */
  child: deviceModelIdSchema.optional(),
});
export type ModelTrial = z.infer<typeof modelTrialSchema>;

/** One thing that a tried message comes to. */
export const triedSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('facts'),
    /** Whether it is about who signed in, or about a child of it. */
    of: z.enum(['itself', 'child']),
    facts: factsSchema,
    call: z.boolean(),
    eventId: z.string().nullable(),
    deviceAt: z.number().nullable(),
  }),
  z.strictObject({ type: z.literal('refused'), code: rejectionCodeSchema, where: z.string(), detail: z.string() }),
  z.strictObject({
    type: z.literal('waiting'),
    name: z.string(),
    says: z.string().nullable(),
    model: z.string().nullable(),
    called: z.boolean(),
  }),
  z.strictObject({ type: z.literal('ignored'), why: z.string() }),
]);
export type Tried = z.infer<typeof triedSchema>;
