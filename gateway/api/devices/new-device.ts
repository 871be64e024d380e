import { randomBytes } from 'node:crypto';
import { deviceSchema, deviceSecretSchema } from '../../../domain/device.ts';
import { deviceIdSchema } from '../../../domain/ids.ts';

/** A device to be registered: without an id or a secret it gets them made. */
export const newDeviceSchema = deviceSchema
  .extend({
    id: deviceIdSchema.optional(),
    /** The maker's secret, when the device has one already. */
    secret: deviceSecretSchema.optional(),
  })
  .refine((device) => device.secret === undefined || device.hub === null, {
    path: ['secret'],
    error: 'is not used; a device that speaks through a hub never signs in, so leave it out',
  });

/** 64 random bits in letters and digits that cannot be mistaken for one another on a label. */
export const makeDeviceId = (): string => {
  const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
  return `d-${[...randomBytes(13)].map((byte) => alphabet[byte % alphabet.length]).join('')}`;
};

/** 256 random bits. */
export const makeDeviceSecret = (): string => randomBytes(32).toString('base64url');
