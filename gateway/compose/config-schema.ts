import { z } from 'zod';
import { aliyunSmsConfigSchema } from '../../alerts/notifications/sms/config.ts';
import { smtpConfigSchema } from '../../alerts/notifications/email/config.ts';
import { webhookEndpointSchema } from '../../alerts/notifications/webhook/config.ts';
import { brokerLimitsSchema } from '../../broker/limits.ts';

const port = z.number().int().min(0).max(65_535);
/** Loopback until told otherwise: a gateway that was only tried out is not on the network. */
const listener = (defaultPort: number) => z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port: port.default(defaultPort) });

/** `npm start -- --config FILE`: everything that can be set, with its default. Texts may hold `${NAME}` for an environment variable. */
export const gatewayConfigSchema = z.strictObject({
  http: listener(8080)
    .extend({
      /** How people reach the gateway from outside, for links in messages and labels. Default: the bound address. */
      publicUrl: z.url({ protocol: /^https?$/, error: 'is not an http(s) address' }).optional(),
      /** Addresses of reverse proxies whose X-Forwarded-For is believed. */
      trustProxy: z.union([z.boolean(), z.string()]).default(false),
    })
    .prefault({}),
  /** How devices reach the broker from outside, for labels. Default: the host of publicUrl. */
  deviceHost: z.string().min(1).optional(),
  mqtt: listener(1883).nullable().prefault({}),
  mqtts: listener(8883)
    .extend({
      /** PEM files; without them the gateway makes a certificate of its own in its data folder. */
      keyFile: z.string().optional(),
      certFile: z.string().optional(),
    })
    .refine((tls) => (tls.keyFile === undefined) === (tls.certFile === undefined), {
      error: 'needs keyFile and certFile together, or neither',
    })
    .nullable()
    .prefault({}),
  websocket: listener(8083).nullable().prefault({}),
  broker: brokerLimitsSchema.prefault({}),
  /** A folder of device models beside the shipped ones; one of the same id wins. */
  deviceModels: z.string().optional(),
  telemetry: z
    .discriminatedUnion('store', [
      z.strictObject({ store: z.literal('embedded'), retentionDays: z.number().int().min(1).max(3_650).default(90) }),
      z.strictObject({
        store: z.literal('influxdb'),
        url: z.url({ protocol: /^https?$/, error: 'is not an http(s) address' }),
        database: z
          .string()
          .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'is not a database name; use A-Z a-z 0-9 _ -' })
          .default('carebed'),
        username: z.string().optional(),
        password: z.string().optional(),
      }),
    ])
    .prefault({ store: 'embedded' }),
  /** How long the journal of what was taken in is kept at least, for replays and for asking why. */
  journalDays: z.number().int().min(1).max(3_650).default(30),
  /** How long a link in a message opens its alarm. */
  linkHours: z
    .number()
    .int()
    .min(1)
    .max(24 * 30)
    .default(24),
  channels: z
    .strictObject({
      webhooks: z.array(webhookEndpointSchema).default([]),
      email: smtpConfigSchema.optional(),
      sms: aliyunSmsConfigSchema.optional(),
    })
    .prefault({}),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info') }).prefault({}),
  /** /metrics without a token, for whoever reaches the port. */
  openMetrics: z.boolean().default(false),
});
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;
