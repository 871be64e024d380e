import { z } from 'zod';
import { priorities, ruleNames, reasonSchema } from './alarm.ts';
import type { AlarmId, NotificationId, PersonId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { Language } from './language.ts';
import type { ChannelAddress, ChannelName, PersonRole } from './people.ts';

/** Why somebody is told. */
export const purposes = ['raised', 'raised-again', 'dispatch-unverified', 'reminder', 'returned', 'taken', 'exhausted', 'closed'] as const;
export const purposeSchema = z.enum(purposes);
export type Purpose = z.infer<typeof purposeSchema>;

/** `sending` was handed to a channel and has no answer yet; `unknown` never got one and could not be asked for. */
export const attemptStates = ['sending', 'accepted', 'delivered', 'failed', 'unknown'] as const;
export type AttemptState = (typeof attemptStates)[number];

/** Everything a message may be made from. Who the receiver is decides how much of it is said. */
export const messageSubjectSchema = z.strictObject({
  purpose: purposeSchema,
  rule: z.enum(ruleNames),
  priority: z.enum(priorities),
  stage: z.enum(['pre-alert', 'alarm']),
  calls: z.number().int(),
  reason: reasonSchema,
  raisedAt: z.number(),
  residentName: z.string().nullable(),
  homeName: z.string(),
  address: z.string(),
  access: z.string(),
  bedName: z.string(),
  devicePlace: z.string(),
  timeZone: z.string(),
  /** How many homes one outage has taken, when the alarm stands for an outage. */
  outageHomes: z.number().int().optional(),
  /** Who has taken it, for `taken`. */
  takenBy: z.string().nullable(),
  lateMs: z.number(),
});
export type MessageSubject = z.infer<typeof messageSubjectSchema>;

/** One try on one channel, as handed to the notifier. Its `key` stays the same when the same try is made again after a restart. */
export interface Delivery {
  readonly notification: NotificationId;
  readonly attempt: number;
  /** Unique for notification and channel: the webhook-id, the Message-ID, the OutId. */
  readonly key: string;
  readonly alarm: AlarmId;
  readonly person: PersonId | null;
  readonly role: PersonRole;
  readonly language: Language;
  readonly address: ChannelAddress;
  readonly subject: MessageSubject;
  /** Opens the alarm's page for this person without an account. */
  readonly link: string | null;
  /** True when an earlier process may have sent it already: ask the provider first where it can be asked. */
  readonly mayHaveBeenSent: boolean;
  readonly createdAt: Instant;
}

/** What became of a try. `retry` tells whether the same channel may be tried again later. */
export type DeliveryResult =
  | { readonly state: 'delivered'; readonly providerId: string | null }
  | { readonly state: 'accepted'; readonly providerId: string | null; readonly receiptExpected: boolean }
  | {
      readonly state: 'failed';
      readonly code: string;
      readonly detail: string;
      readonly retry: boolean;
      readonly retryAfterMs: number | null;
    }
  | { readonly state: 'unknown'; readonly code: string; readonly detail: string };

/** A way to reach people. One folder each under alerts/notifications. */
export interface Channel {
  readonly name: ChannelName;
  /** True when sending the same key twice reaches the person once (the receiver tells copies apart). */
  readonly idempotent: boolean;
  /** Never throws: every end is a result. Ends by itself when `signal` aborts, then with `unknown` unless it knows better. */
  send(delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult>;
  /** Asks the provider what became of an accepted or doubtful try; null when it cannot be asked. */
  receipt?(
    delivery: Delivery,
    providerId: string | null,
    signal: AbortSignal,
  ): Promise<DeliveryResult | { readonly state: 'pending' } | { readonly state: 'never-sent' }>;
}
