import { z } from 'zod';
import { dispositionSchema } from './alarm.ts';
import { personIdSchema } from './ids.ts';
import { instantSchema } from './instant.ts';

/** What a person can do with an alarm, through the console, the API, the command line or the link in a message. Who does it travels beside it. */
export const alarmActSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('acknowledge') }),
  /** "I am going": acknowledges too. */
  z.strictObject({ type: z.literal('going'), responder: personIdSchema.nullable().default(null) }),
  /** "I can't", said by or for this person. */
  z.strictObject({ type: z.literal('decline'), person: personIdSchema }),
  z.strictObject({ type: z.literal('dispatch'), responder: personIdSchema.nullable().default(null) }),
  z.strictObject({ type: z.literal('arrive'), responder: personIdSchema.nullable().default(null) }),
  z.strictObject({ type: z.literal('note'), text: z.string().trim().min(1).max(1_000) }),
  z.strictObject({ type: z.literal('resolve'), disposition: dispositionSchema }),
  z.strictObject({ type: z.literal('shelve'), until: instantSchema }),
  z.strictObject({ type: z.literal('unshelve') }),
  z.strictObject({ type: z.literal('take-out-of-service') }),
  z.strictObject({ type: z.literal('return-to-service') }),
]);
export type AlarmAct = z.infer<typeof alarmActSchema>;
