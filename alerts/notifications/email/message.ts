import MailComposer from 'nodemailer/lib/mail-composer';
import type { Delivery } from '../../../domain/notification.ts';
import { renderText } from '../text/render-text.ts';
import type { SmtpConfig } from './config.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

/** Plain, large, high contrast, no images, nothing loaded from elsewhere; readable by a screen reader in the order of the text. */
const htmlOf = (language: string, title: string, body: string, link: string | null): string => {
  const lines = body.split('\n').map((line) => {
    const escaped = escapeHtml(line);
    const target = link === null ? null : escapeHtml(link);
    return `<p>${target === null ? escaped : escaped.replace(target, `<a href="${target}">${target}</a>`)}</p>`;
  });
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`,
    '<body style="font:18px/1.6 sans-serif;color:#111;background:#fff;max-width:36em;margin:1em">',
    `<h1 style="font-size:22px">${escapeHtml(title)}</h1>`,
    ...lines,
    '</body></html>',
  ].join('\n');
};

/** The same for every try of a delivery, so that a mail server that drops copies can; unique by key, at the sender's domain. */
export const messageIdOf = (key: string, from: string): string =>
  `<${key.replace(/[^A-Za-z0-9._-]/g, '_')}@${from.slice(from.lastIndexOf('@') + 1)}>`;

/** The bytes of the mail: text first, the same words as HTML beside it, marked as made by a machine (RFC 3834) so that no one's holiday reply comes back. */
export const composeMail = (delivery: Delivery, to: string, config: SmtpConfig): Promise<Buffer> => {
  const { title, body } = renderText(delivery.subject, delivery.role, delivery.language, delivery.link);
  const urgent = delivery.subject.priority === 'high';
  return new MailComposer({
    from: { name: config.fromName, address: config.from },
    to: { name: '', address: to },
    subject: title,
    messageId: messageIdOf(delivery.key, config.from),
    date: new Date(delivery.createdAt),
    text: body,
    html: htmlOf(delivery.language, title, body, delivery.link),
    priority: urgent ? 'high' : 'normal',
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': delivery.language },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
};
