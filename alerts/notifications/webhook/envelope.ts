import { type Delivery, type Purpose } from '../../../domain/notification.ts';
import { instant, toRfc3339 } from '../../../domain/instant.ts';
import type { Language } from '../../../domain/language.ts';
import { disclose, type Detail } from '../text/disclosure.ts';
import { renderText } from '../text/render-text.ts';

/** `alarm.` and the purpose, in the letters that Standard Webhooks allows for types. */
export const eventTypeOf = (purpose: Purpose): string => `alarm.${purpose.replaceAll('-', '_')}`;

/** The body of a webhook message. Fields are only ever added. */
export interface WebhookEnvelope {
  readonly type: string;
  /** When the gateway decided to tell, RFC 3339; the same in every try. */
  readonly timestamp: string;
  readonly data: {
    readonly alarm: string;
    /** The person this copy is for; null when the webhook itself is the receiver. */
    readonly recipient: string | null;
    readonly purpose: string;
    readonly rule: string;
    readonly reason: string;
    readonly priority: string;
    readonly stage: string;
    /** How many calls the alarm holds by now. */
    readonly calls: number;
    readonly device: string | null;
    readonly since: string;
    readonly raisedAt: string;
    readonly lateSeconds: number;
    readonly language: string;
    readonly title: string;
    readonly text: string;
    /** Opens the alarm's page for this receiver; whoever has it can answer. */
    readonly link: string | null;
    /** Only with `detail: full`, and then what the receiver's role may know. */
    readonly about?: {
      readonly resident: string | null;
      readonly home: string | null;
      readonly address: string | null;
      readonly bed: string | null;
      readonly devicePlace: string | null;
      readonly takenBy: string | null;
    };
  };
}

/**
 * What is sent to a webhook. With `minimal` it is written as for a machine that may know nothing about people, whoever is behind it; with
 * `full` as for the receiver's role.
 */
export const envelopeOf = (delivery: Delivery, detail: Detail, language: Language): WebhookEnvelope => {
  const { subject } = delivery;
  const role = detail === 'minimal' ? 'system' : delivery.role;
  const text = renderText(subject, role, language, null, detail);
  const facts = disclose(subject, role, detail);
  return {
    type: eventTypeOf(subject.purpose),
    timestamp: toRfc3339(delivery.createdAt),
    data: {
      alarm: delivery.alarm,
      recipient: delivery.person,
      purpose: subject.purpose,
      rule: subject.rule,
      reason: subject.reason.code,
      priority: subject.priority,
      stage: subject.stage,
      calls: subject.calls,
      device: subject.reason.device,
      since: toRfc3339(subject.reason.since),
      raisedAt: toRfc3339(instant(subject.raisedAt)),
      lateSeconds: Math.round(subject.lateMs / 1_000),
      language,
      title: text.title,
      text: text.body,
      link: delivery.link,
      ...(detail === 'full'
        ? {
            about: {
              resident: facts.resident,
              home: facts.home,
              address: facts.address,
              bed: facts.bed,
              devicePlace: facts.devicePlace,
              takenBy: facts.takenBy,
            },
          }
        : {}),
    },
  };
};
