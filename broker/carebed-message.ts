import { z } from 'zod';
import { rfc3339Schema, instantSchema } from '../domain/instant.ts';
import { factsSchema } from '../domain/reading.ts';

export const maxEventIdLength = 128;

/** What tells this event from a repeat of it: unique for the device, for ever. A counter that survives a change of batteries will do. */
export const eventIdSchema = z.union([z.string().min(1).max(maxEventIdLength), z.number().int().nonnegative()]);

/** The device's own time: RFC 3339 with an offset, or milliseconds since 1970-01-01T00:00:00Z. Shown to people; never used to order or to wait. */
export const deviceTimeSchema = z.union([instantSchema, rfc3339Schema]);

/** `event` and `telemetry`: what a device has to say, in the kinds and units of `domain/reading.ts`. */
export const carebedMessageSchema = z.strictObject({
  id: eventIdSchema.optional(),
  at: deviceTimeSchema.optional(),
  readings: factsSchema,
});

/** `status`, and the last will: whether the device is there. */
export const carebedStatusSchema = z.strictObject({
  online: z.boolean(),
  at: deviceTimeSchema.optional(),
});
