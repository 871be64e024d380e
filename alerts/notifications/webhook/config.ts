import { z } from 'zod';
import { webhookIdSchema } from '../../../domain/ids.ts';
import { languageSchema } from '../../../domain/language.ts';
import { details } from '../text/disclosure.ts';
import { addressLiteral, isPublicAddress } from './address-guard.ts';

/** A Standard Webhooks secret: `whsec_` and the base64 of 24 to 64 random bytes. */
export const webhookSecretSchema = z.string().refine(
  (secret) => {
    const match = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret);
    const length = match?.[1] === undefined ? 0 : Buffer.from(match[1], 'base64').length;
    return length >= 24 && length <= 64;
  },
  { error: 'is not a webhook secret; write whsec_ and the base64 of 24 to 64 random bytes' },
);

/** One webhook of the configuration. Secrets arrive resolved (from the environment or a file), never from the records. */
export const webhookEndpointSchema = z
  .strictObject({
    id: webhookIdSchema,
    url: z.url({ protocol: /^https?$/, error: 'is not an http(s) address' }),
    /** The first signs; further ones sign too while the receiver changes over. */
    secrets: z.array(webhookSecretSchema).min(1).max(3),
    /** How much about people the body holds. `minimal` names and locates nobody. */
    detail: z.enum(details).default('minimal'),
    /** Language of the readable text when the receiver is a system. */
    language: languageSchema.default('zh-CN'),
    /** Allows plain http to another machine. Anybody on the way can then read the messages. */
    allowInsecure: z.boolean().default(false),
    /** Allows loopback, private and link-local addresses: for a receiver in one's own network. */
    allowPrivate: z.boolean().default(false),
    timeoutSeconds: z.number().min(1).max(30).default(15),
  })
  .superRefine((endpoint, context) => {
    const url = new URL(endpoint.url);
    const literal = addressLiteral(url.hostname);
    const loopback = url.hostname === 'localhost' || literal === '::1' || (literal?.startsWith('127.') ?? false);
    if (url.protocol === 'http:' && !endpoint.allowInsecure && !loopback) {
      context.addIssue({ code: 'custom', path: ['url'], message: 'must be https; to send in the clear say allowInsecure: true' });
    }
    if (url.username !== '' || url.password !== '') {
      context.addIssue({ code: 'custom', path: ['url'], message: 'must not hold a user name or password' });
    }
    if (!endpoint.allowPrivate && (url.hostname === 'localhost' || (literal !== null && !isPublicAddress(literal)))) {
      context.addIssue({
        code: 'custom',
        path: ['url'],
        message: 'is an address inside a private network; to send there say allowPrivate: true',
      });
    }
  });
export type WebhookEndpoint = z.infer<typeof webhookEndpointSchema>;
