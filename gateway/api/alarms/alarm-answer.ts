import { z } from 'zod';
import { actorSchema, alarmEventTypeSchema, alarmSchema } from '../../../domain/alarm.ts';
import { purposeSchema } from '../../../domain/notification.ts';

/** One line of an alarm's log, with its place in the live stream. */
export const loggedEventSchema = z.strictObject({
  seq: z.number().int(),
  type: alarmEventTypeSchema,
  at: z.number().int(),
  by: actorSchema,
  lateMs: z.number().int(),
  data: z.record(z.string(), z.unknown()),
});

/** One try to reach somebody on one channel. Addresses stay out of it. */
export const attemptSchema = z.strictObject({
  channel: z.string(),
  state: z.string(),
  tries: z.number().int(),
  startedAt: z.number().int(),
  finishedAt: z.number().int().nullable(),
  code: z.string().nullable(),
  detail: z.string().nullable(),
});

/** One thing that somebody was to be told. */
export const toldSchema = z.strictObject({
  notification: z.number().int(),
  person: z.string().nullable(),
  webhook: z.string().nullable(),
  role: z.string(),
  purpose: purposeSchema,
  language: z.string(),
  state: z.enum(['open', 'done']),
  /** accepted · delivered · failed · unknown · cancelled, once done. */
  outcome: z.string().nullable(),
  unreachable: z.boolean(),
  createdAt: z.number().int(),
  /** When its link was opened. */
  readAt: z.number().int().nullable(),
  attempts: z.array(attemptSchema),
});

/** An alarm with everything that tells what became of it: its log, whom it reached, and (in the log) who was skipped and why. */
export const alarmDetailSchema = z.strictObject({
  alarm: alarmSchema,
  log: z.array(loggedEventSchema),
  told: z.array(toldSchema),
});
export type AlarmDetail = z.infer<typeof alarmDetailSchema>;
