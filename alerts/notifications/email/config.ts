import { z } from 'zod';

/** An SMTP server that takes our mail. Secrets arrive resolved. */
export const smtpConfigSchema = z
  .strictObject({
    host: z.string().min(1).max(253),
    port: z.number().int().min(1).max(65_535).optional(),
    /**
     * `tls`: encrypted from the first byte (465). `starttls`: must upgrade before anything else is said (587). `none`: in the clear, for a
     * mail server on the same machine.
     */
    encryption: z.enum(['tls', 'starttls', 'none']).default('starttls'),
    /** PEM of an authority to trust besides the public ones. */
    ca: z.string().optional(),
    auth: z.strictObject({ user: z.string().min(1), password: z.string().min(1) }).optional(),
    from: z.email({ error: 'is not an e-mail address' }),
    /** Shown before the address; each language's own words stand in the subject. */
    fromName: z.string().max(80).default('Carebed'),
    /** How many connections at once; one message each at a time. */
    connections: z.number().int().min(1).max(20).default(4),
    timeoutSeconds: z.number().min(1).max(60).default(20),
  })
  .transform((config) => ({ ...config, port: config.port ?? { tls: 465, starttls: 587, none: 25 }[config.encryption] }))
  .refine((config) => config.encryption !== 'none' || config.auth === undefined, {
    path: ['auth'],
    error: 'must not travel in the clear; use encryption: starttls or tls',
  });
export type SmtpConfig = z.infer<typeof smtpConfigSchema>;
