import type { Plan } from './plan.ts';
import { counted, type Finding, promised } from './finding.ts';
import type { Receivers } from './receivers.ts';
import type { KeptNotification, StoreView } from './store-view.ts';

/** A message as its receiver got it, whatever the channel. */
interface Received {
  readonly channel: string;
  readonly key: string;
  /** Whom it came to, as the receiver knows it. */
  readonly person: string | null;
}

const receivedBy = ({ webhooks, mail, sms }: Receivers, plan: Plan): readonly Received[] => [
  ...webhooks.messages.map(({ id, body }) => ({
    channel: 'webhook',
    key: id,
    person: (body as { data: { recipient: string | null } }).data.recipient,
  })),
  ...mail.messages.map(({ headers, to }) => ({
    channel: 'email',
    key: /^<(.+)@[^@]+>$/.exec(headers['message-id'] ?? '')?.[1] ?? '',
    person: plan.ownerOf.get(`email ${to[0]}`) ?? null,
  })),
  ...sms.messages.map(({ outId, phone }) => ({ channel: 'sms', key: outId, person: plan.ownerOf.get(`sms ${phone}`) ?? null })),
];

/** Open only while something may still come: a receipt, or word of a message in doubt. */
const waitsRightly = (notification: KeptNotification, states: readonly string[], now: number): boolean =>
  notification.nextAt !== null && notification.nextAt > now && states.some((state) => state === 'accepted' || state === 'unknown');

/** Every notification accounted for, on both sides: what the store says of it and what receivers have. */
export const checkMessages = (store: StoreView, receivers: Receivers, plan: Plan, now: number): readonly Finding[] => {
  const received = receivedBy(receivers, plan);
  const byKey = Map.groupBy(received, ({ key }) => key);
  const attempts = new Map(store.attempts.map((attempt) => [attempt.key, attempt]));
  const notifications = new Map(store.notifications.map((notification) => [notification.id, notification]));
  const ofNotification = Map.groupBy(store.attempts, ({ notification }) => notification);
  const once = [...byKey].filter(([key]) => attempts.get(key)?.channel !== 'webhook');
  const state = (wanted: string) => store.attempts.filter((attempt) => attempt.state === wanted);
  const arrived = state('unknown').filter(({ key }) => byKey.has(key)).length;

  return [
    counted('notifications', store.notifications.length),
    promised('notifications done, or waiting for a receipt', store.notifications, (it) => {
      const states = (ofNotification.get(it.id) ?? []).map((attempt) => attempt.state);
      if (it.state === 'done' || waitsRightly(it, states, now)) return null;
      return `notification ${it.id} (${it.purpose}) is open with ${states.join(', ') || 'no try'}`;
    }),
    promised('notifications with a try, or taken back because somebody had the alarm', store.notifications, (it) =>
      ofNotification.has(it.id) || it.outcome === 'cancelled'
        ? null
        : `notification ${it.id} (${it.purpose}) has no try and is ${it.outcome}`,
    ),
    promised(
      'people told once for one thing',
      [...Map.groupBy(store.notifications, (it) => `${it.alarm} ${it.person} ${it.purpose} ${it.createdAt}`)],
      ([what, same]) => (same.length === 1 ? null : `${what}: ${same.length} notifications`),
    ),
    promised('tries that were delivered or accepted, each received', [...state('delivered'), ...state('accepted')], ({ key, channel }) =>
      byKey.has(key) ? null : `${channel} ${key} is said to have been sent and never arrived`,
    ),
    promised('tries that failed, none received', state('failed'), ({ key, channel }) =>
      byKey.has(key) ? `${channel} ${key} is said to have failed and arrived` : null,
    ),
    counted('tries in doubt', state('unknown').length),
    counted('tries in doubt that had arrived', arrived),
    promised('messages received, each of a notification and to its person', received, (message) => {
      const attempt = attempts.get(message.key);
      if (attempt === undefined) return `${message.channel} ${message.key} belongs to no try`;
      const person = notifications.get(attempt.notification)?.person ?? null;
      if (attempt.channel !== message.channel) return `${message.key} went out by ${message.channel} instead of ${attempt.channel}`;
      return person === message.person ? null : `${message.channel} ${message.key} came to ${message.person} instead of ${person}`;
    }),
    promised('e-mails and SMS, each received once', once, ([key, same]) =>
      same.length === 1 ? null : `${same[0]?.channel} ${key} came ${same.length} times`,
    ),
    counted('webhooks received', receivers.webhooks.messages.filter(({ copy }) => !copy).length),
    counted('webhook copies, with the id of the first', receivers.webhooks.messages.filter(({ copy }) => copy).length),
    promised('webhooks refused by their receiver', receivers.webhooks.refusals, (refusal) => refusal),
    counted('e-mails received', receivers.mail.messages.length),
    counted('SMS received', receivers.sms.messages.length),
  ];
};
