import type { DeliveryResult } from '../../../domain/notification.ts';

/** Longest wait that a receiver may ask for; beyond it the escalation has long gone on. */
const longestRetryAfterMs = 3_600_000;

/** Reads Retry-After: seconds, or an HTTP date. Null when absent, unreadable or past. */
export const retryAfterMs = (header: string | undefined, now: number): number | null => {
  if (header === undefined) return null;
  const wait = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(wait) && wait > 0 ? Math.min(wait, longestRetryAfterMs) : null;
};

/**
 * What an HTTP status means after Standard Webhooks: 2xx is taken, 410 asks never to be called again, everything else (3xx too: no
 * redirect is followed) is a failure worth another try, with the receiver's wish for when.
 */
export const resultOfStatus = (status: number, retryAfter: string | undefined, now: number): DeliveryResult => {
  if (status >= 200 && status < 300) return { state: 'delivered', providerId: null };
  return {
    state: 'failed',
    code: status === 410 ? 'webhook-gone' : `webhook-http-${status}`,
    detail: `the receiver answered with HTTP status ${status}`,
    retry: status !== 410,
    retryAfterMs: retryAfterMs(retryAfter, now),
  };
};
