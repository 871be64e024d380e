import { toDataURL, toString as toText } from 'qrcode';
import { z } from 'zod';
import type { Device } from '../../../domain/device.ts';
import type { ApiSettings } from '../parts.ts';

/** What stands on a device's label. */
export const labelSchema = z.strictObject({
  /** `carebed:1;<host>;<port>;<tls|plain>;<device id>;<secret>`: what the QR code holds. No personal data. */
  uri: z.string(),
  host: z.string(),
  mqtt: z.number().int().nullable(),
  mqtts: z.number().int().nullable(),
  /** Everything it publishes lies below `up`; what it is told comes by `down`. */
  topics: z.strictObject({ up: z.string(), down: z.string() }),
  qrSvg: z.string(),
  /** A `data:` URL. */
  qrPng: z.string(),
});
export type Label = z.infer<typeof labelSchema>;

/** The label of a device that signs in itself. The error correction M lets a scratched label still be read. */
export const labelOf = async (device: Device, secret: string, broker: ApiSettings['broker']): Promise<Label> => {
  const secure = broker.mqtts !== null;
  const port = broker.mqtts ?? broker.mqtt ?? 1883;
  const uri = `carebed:1;${broker.host};${port};${secure ? 'tls' : 'plain'};${device.id};${secret}`;
  const options = { errorCorrectionLevel: 'M', margin: 2 } as const;
  const [qrSvg, qrPng] = await Promise.all([toText(uri, { ...options, type: 'svg' }), toDataURL(uri, options)]);
  return { uri, ...broker, topics: topicsOf(device), qrSvg, qrPng };
};

const topicsOf = (device: Device): Label['topics'] => ({
  up: `carebed/v1/${device.id}/`,
  down: `carebed/v1/${device.id}/command/#`,
});
