import { z } from 'zod';
import { deviceIdSchema } from '../../domain/ids.ts';
import { instantSchema } from '../../domain/instant.ts';
import { rememberedEventSchema } from './remembered-event.ts';

/** What one sensor of the bed last said about a fall. */
export const fallSensorSchema = z.strictObject({
  /** Null after its all-clear. */
  says: z.enum(['suspected', 'confirmed']).nullable(),
  /** When it last spoke of a fall or cleared one. */
  lastAt: instantSchema,
  /** It has given an all-clear before, so one can be expected of it. */
  clears: z.boolean(),
});
export type FallSensor = z.infer<typeof fallSensorSchema>;

/** One fall, from its first sign. */
export const fallEpisodeSchema = z.strictObject({
  device: deviceIdSchema,
  since: instantSchema,
  /** Null once it has become an alarm; until then the wearer may take it back. */
  cancelUntil: instantSchema.nullable(),
  /** When it counts as a long lie; null after a sign of having got up, or when it has been said. */
  longLieAt: instantSchema.nullable(),
});
export type FallEpisode = z.infer<typeof fallEpisodeSchema>;

export const fallStateSchema = z.strictObject({
  events: z.array(rememberedEventSchema).readonly(),
  sensors: z.record(z.string(), fallSensorSchema),
  episode: fallEpisodeSchema.nullable(),
});
export type FallState = z.infer<typeof fallStateSchema>;
