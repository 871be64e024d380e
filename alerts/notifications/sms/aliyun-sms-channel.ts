import { Agent } from 'undici';
import { z } from 'zod';
import type { Clock, Instant } from '../../../domain/instant.ts';
import type { Language } from '../../../domain/language.ts';
import type { Channel, Delivery, DeliveryResult } from '../../../domain/notification.ts';
import { createAliyunClient } from './aliyun-client.ts';
import { resultOfCode } from './aliyun-codes.ts';
import type { AliyunSmsConfig } from './config.ts';
import { askSendDetails } from './send-details.ts';
import { templateParamOf } from './template-param.ts';

/** Longest OutId (Aliyun: up to 256 bytes). Keys are far shorter; a longer one would be cut by the provider and never found again. */
const longestOutId = 256;

/** How long the moment of a send is remembered: longer than anybody asks for its receipt. */
const rememberMs = 3_600_000;

const sentSchema = z.looseObject({ BizId: z.string().min(1).max(100) });

const failed = (code: string, detail: string, retry: boolean): DeliveryResult => ({
  state: 'failed',
  code,
  detail,
  retry,
  retryAfterMs: null,
});

/** Mainland numbers go without a country code, others with it and without the plus. */
const phoneOf = (phone: string): string => phone.replace(/^\+86(?=1\d{10}$)/, '').replace(/^\+/, '');

export interface SmsChannel extends Channel {
  close(): Promise<void>;
}

/**
 * SMS through Aliyun's SendSms. The API promises nothing about doubles ("均不支持幂等的能力"), so a request without an answer is `unknown`
 * and is never sent again blindly: {@link Channel.receipt} asks QuerySendDetails by the delivery's key, which travels as OutId.
 */
export const createAliyunSmsChannel = (options: { readonly config: AliyunSmsConfig; readonly clock: Clock }): SmsChannel => {
  const { config, clock } = options;
  const agent = new Agent({ connect: { timeout: 5_000 }, connections: 16, keepAliveTimeout: 30_000 });
  const call = createAliyunClient(config, clock, agent);

  const startedAt = clock.now();
  const sentAt = new Map<string, Instant>();

  /** Since when the provider could have a record of it: our own send, or at the latest the end of the process before this one. */
  const possiblySince = (delivery: Delivery): Instant => sentAt.get(delivery.key) ?? startedAt;

  const remember = (key: string): void => {
    const now = clock.now();
    for (const [old, at] of sentAt) if (now - at > rememberMs) sentAt.delete(old);
    sentAt.set(key, now);
  };

  /** A language without templates of its own falls back to the first one, words and template together. */
  const templateOf = (delivery: Delivery): { readonly code: string; readonly language: Language } => {
    const own = config.templates[delivery.language];
    const templates = own ?? config.templates['zh-CN'];
    return {
      code: templates[delivery.subject.purpose] ?? templates.default,
      language: own === undefined ? 'zh-CN' : delivery.language,
    };
  };

  return {
    name: 'sms',
    idempotent: false,
    send: async (delivery, signal) => {
      if (delivery.address.channel !== 'sms') return failed('sms-wrong-address', 'the address is not a phone number', false);
      if (Buffer.byteLength(delivery.key) > longestOutId)
        return failed('sms-key-too-long', `the key is longer than ${longestOutId} bytes`, false);
      const template = templateOf(delivery);
      remember(delivery.key);
      const answer = await call(
        'SendSms',
        {
          PhoneNumbers: phoneOf(delivery.address.phone),
          SignName: config.signName,
          TemplateCode: template.code,
          TemplateParam: JSON.stringify(templateParamOf({ ...delivery, language: template.language }, config.linkPrefix)),
          OutId: delivery.key,
        },
        signal,
      );
      if (answer.kind === 'not-sent') return failed('sms-unreachable', `the provider could not be reached (${answer.why})`, true);
      if (answer.kind === 'doubt')
        return { state: 'unknown', code: 'sms-no-answer', detail: `no answer from the provider (${answer.why})` };
      if (answer.status >= 500)
        return { state: 'unknown', code: 'sms-provider-error', detail: `HTTP status ${answer.status} from the provider` };
      if (answer.code !== 'OK') return resultOfCode(answer.code);
      const sent = sentSchema.safeParse(answer.body);
      return { state: 'accepted', providerId: sent.success ? sent.data.BizId : null, receiptExpected: true };
    },
    receipt: async (delivery, providerId, signal) => {
      if (delivery.address.channel !== 'sms') return { state: 'never-sent' };
      return askSendDetails(
        call,
        clock,
        {
          phone: phoneOf(delivery.address.phone),
          outId: delivery.key,
          providerId,
          createdAt: delivery.createdAt,
          possiblySince: possiblySince(delivery),
        },
        signal,
      );
    },
    close: () => agent.destroy(),
  };
};
