import { z } from 'zod';
import { instant } from '../../domain/instant.ts';
import type { Received } from './message.ts';

/** What this receiver reads of a webhook's body; there is more in it. */
const envelopeSchema = z.looseObject({
  data: z.looseObject({ recipient: z.string().nullable(), title: z.string(), text: z.string(), link: z.string().nullable() }),
});

/** A webhook's body as a message on the phone of its receiver, or of the webhook itself; null when it cannot be read. */
export const messageOfWebhook = (webhook: string, body: string): Received | null => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  const envelope = envelopeSchema.safeParse(parsed);
  if (!envelope.success) return null;
  const { recipient, title, text, link } = envelope.data.data;
  return { channel: 'webhook', to: recipient ?? webhook, title, text, link, at: instant(Date.now()) };
};
