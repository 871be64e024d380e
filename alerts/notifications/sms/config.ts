import { z } from 'zod';
import { purposes } from '../../../domain/notification.ts';

const templateCode = z.string().regex(/^SMS_\d{4,20}$/, { error: 'is not an Aliyun template code; it looks like SMS_123456789' });

/** The template of each purpose in one language; `default` serves the purposes that have none of their own. */
const smsTemplatesSchema = z
  .strictObject(
    Object.fromEntries(purposes.map((purpose) => [purpose, templateCode.optional()])) as Record<
      (typeof purposes)[number],
      z.ZodOptional<typeof templateCode>
    >,
  )
  .extend({ default: templateCode });

/** Aliyun Short Message Service. Secrets arrive resolved. */
export const aliyunSmsConfigSchema = z.strictObject({
  accessKeyId: z.string().min(1).max(128),
  accessKeySecret: z.string().min(1).max(128),
  /** Where the API is; another address for tests and private gateways. */
  baseUrl: z.url({ protocol: /^https?$/, error: 'is not an http(s) address' }).default('https://dysmsapi.aliyuncs.com'),
  /** The approved signature 签名, without brackets. */
  signName: z.string().min(2).max(24),
  templates: z.strictObject({ 'zh-CN': smsTemplatesSchema, en: smsTemplatesSchema.optional() }),
  /**
   * What stands before the link's token in the approved template text. Variables may not hold addresses (isv.PARAM_NOT_SUPPORT_URL), so
   * the template says `https://c.example.cn/a/${token}` and only the token is sent.
   */
  linkPrefix: z.url({ error: 'is not an address' }),
  timeoutSeconds: z.number().min(1).max(30).default(10),
});
export type AliyunSmsConfig = z.infer<typeof aliyunSmsConfigSchema>;
