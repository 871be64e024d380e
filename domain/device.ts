import { z } from 'zod';
import { bedIdSchema, deviceIdSchema, deviceModelIdSchema, homeIdSchema } from './ids.ts';

/** Who owns the thing; programmes rent out devices as well as subsidise them (Jiaozuo 2023). */
export const ownershipSchema = z.enum(['own', 'rented', 'subsidised']);

export const deviceSchema = z.strictObject({
  id: deviceIdSchema,
  model: deviceModelIdSchema,
  home: homeIdSchema,
  /** The bed whose rules it feeds; null for a hub or a device that serves the whole home. */
  bed: bedIdSchema.nullable().default(null),
  /** The hub that speaks for it; null when it signs in itself. */
  hub: deviceIdSchema.nullable().default(null),
  /** What the hub calls it in its topics or payload (a Zigbee friendly name, say); null means by its own id. */
  hubName: z.string().min(1).max(200).nullable().default(null),
  /** Where it is, in words an installer chose: 卫生间, bedside. Personal data only by accident; kept out of logs all the same. */
  place: z.string().max(80).default(''),
  ownership: ownershipSchema.default('own'),
  /** False takes the device out of service: it may not sign in and its silence is no news. */
  enabled: z.boolean().default(true),
});
export type Device = z.infer<typeof deviceSchema>;

/**
 * A device secret: at least 128 bits, so 22 or more characters of base64url, or 32 or more hex digits. Being random it needs no slow
 * hash: SHA-256 of it is kept (10,000 sign-ins a second after a power cut).
 */
export const deviceSecretSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22,128}$/, {
    error: 'is not a device secret; it needs at least 128 random bits: 22 or more characters of A-Z a-z 0-9 _ -',
  })
  .refine((text) => !/^[0-9a-fA-F]+$/.test(text) || text.length >= 32, { error: 'in hex needs at least 32 digits for 128 bits' })
  .refine((text) => new Set(text).size >= 8, { error: 'is not random: it repeats too few characters' });
