import type { DeliveryResult } from '../../../domain/notification.ts';

/** Busy or throttled: worth another try later. Everything else that Aliyun refuses needs a person (money, signature, template, number). */
const retryable = new Set([
  'isv.BUSINESS_LIMIT_CONTROL',
  'isp.SYSTEM_ERROR',
  'isp.GATEWAY_ERROR',
  'Throttling',
  'Throttling.User',
  'Throttling.Api',
]);

/** After a frequency limit: a minute, the shortest window of Aliyun's limits. */
const limitWaitMs = 60_000;

/** What a refusal means. Aliyun reports it inside HTTP 200 (`isv.…`, `isp.…`) or with 4xx/5xx for the signature and throttling. */
export const resultOfCode = (code: string): DeliveryResult => ({
  state: 'failed',
  code: `sms-${/^[\w.-]{1,60}$/.test(code) ? code : 'refused'}`,
  detail: 'the SMS provider refused the message',
  retry: retryable.has(code),
  retryAfterMs: code === 'isv.BUSINESS_LIMIT_CONTROL' ? limitWaitMs : null,
});
