import { z } from 'zod';
import { type Clock, type Instant, days, after } from '../../../domain/instant.ts';
import type { DeliveryResult } from '../../../domain/notification.ts';
import type { AliyunClient } from './aliyun-client.ts';

const detailsSchema = z.looseObject({
  TotalCount: z.coerce.number().int().min(0).default(0),
  SmsSendDetailDTOs: z
    .looseObject({
      SmsSendDetailDTO: z
        .array(z.looseObject({ SendStatus: z.number(), ErrCode: z.string().optional(), OutId: z.string().optional() }))
        .default([]),
    })
    .default({ SmsSendDetailDTO: [] }),
});

const pageSize = 50;
const mostPages = 5;

/** A message of which the provider shows nothing this long after it may have been sent was never taken (its records trail by seconds). */
export const neverSentAfterMs = 30_000;

/** The provider keeps its days in Beijing time (UTC+8, no summer time). */
const beijingDay = (at: Instant): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');

export interface SendDetailsQuestion {
  readonly phone: string;
  readonly outId: string;
  readonly providerId: string | null;
  readonly createdAt: Instant;
  /** The last moment at which the message may have left. */
  readonly possiblySince: Instant;
}

export type ReceiptAnswer = DeliveryResult | { readonly state: 'pending' } | { readonly state: 'never-sent' };

/**
 * Asks QuerySendDetails what became of a message, by its OutId. Looks at each day from that of `createdAt` to today (a message written at
 * 23:59:59 is filed under the next day).
 * `never-sent` only when every record of the number was seen, ours was not among them, and long enough has passed; a doubtful answer is
 * `pending`, because saying `never-sent` wrongly would send a second copy.
 */
export const askSendDetails = async (
  call: AliyunClient,
  clock: Clock,
  question: SendDetailsQuestion,
  signal: AbortSignal,
): Promise<ReceiptAnswer> => {
  const now = clock.now();
  const sendDates = new Set([beijingDay(question.createdAt), beijingDay(now)]);
  if (now - question.createdAt > days(1)) sendDates.add(beijingDay(after(question.createdAt, days(1))));
  let sawEverything = true;
  for (const sendDate of sendDates) {
    for (let page = 1; ; page += 1) {
      const answer = await call(
        'QuerySendDetails',
        {
          PhoneNumber: question.phone,
          SendDate: sendDate,
          PageSize: String(pageSize),
          CurrentPage: String(page),
          ...(question.providerId === null ? {} : { BizId: question.providerId }),
        },
        signal,
      );
      if (answer.kind !== 'answer' || answer.code !== 'OK') return { state: 'pending' };
      const parsed = detailsSchema.safeParse(answer.body);
      if (!parsed.success) return { state: 'pending' };
      const records = parsed.data.SmsSendDetailDTOs.SmsSendDetailDTO;
      // A BizId belongs to one request, and ours goes to one number: its only record is ours even where the OutId is not shown.
      const byBizId = question.providerId !== null && records.length === 1 ? records[0] : undefined;
      const ours = records.find((record) => record.OutId === question.outId) ?? byBizId;
      if (ours?.SendStatus === 3) return { state: 'delivered', providerId: question.providerId };
      if (ours?.SendStatus === 2) {
        const carrier = ours.ErrCode !== undefined && /^[\w.:-]{1,60}$/.test(ours.ErrCode) ? ours.ErrCode : 'unknown';
        return {
          state: 'failed',
          code: `sms-carrier-${carrier}`,
          detail: 'the carrier could not deliver it',
          retry: false,
          retryAfterMs: null,
        };
      }
      // Taken, and waiting for the carrier.
      if (ours !== undefined) return { state: 'accepted', providerId: question.providerId, receiptExpected: true };
      // A record without an OutId may be ours: then nothing is certain.
      if (records.some((record) => record.OutId === undefined || record.OutId === '')) sawEverything = false;
      const seen = (page - 1) * pageSize + records.length;
      if (seen >= parsed.data.TotalCount) break;
      // The provider has been seen to count records that it does not list.
      if (records.length === 0 || page === mostPages) {
        sawEverything = false;
        break;
      }
    }
  }
  const sure = question.providerId === null && sawEverything && now - question.possiblySince >= neverSentAfterMs;
  return sure ? { state: 'never-sent' } : { state: 'pending' };
};
