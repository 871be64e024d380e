import type { Language } from '../../../domain/language.ts';
import { type PageWords, pageWords } from './page-words.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? '');

/** What can be pressed. */
export type Button = 'going' | 'decline' | 'acknowledge';

export interface PageContent {
  readonly language: Language;
  /** The page in the other language. */
  readonly otherLanguage: string;
  readonly title: string;
  /** What happened, where, since when, what to do: line by line. */
  readonly lines: readonly string[];
  readonly state: string | null;
  readonly tone: 'open' | 'taken' | 'over';
  /** What was just done, or that it was not. */
  readonly notice: { readonly good: boolean; readonly text: string } | null;
  /** Null when there is nothing to press. */
  readonly form: { readonly action: string; readonly key: string; readonly buttons: readonly Button[] } | null;
}

const button = (name: Button, words: PageWords): string => {
  const [text, hint] = {
    going: [words.going, words.hints.going],
    decline: [words.cannot, words.hints.cannot],
    acknowledge: [words.acknowledge, words.hints.acknowledge],
  }[name] as [string, string];
  return `<button name="act" value="${name}" class="${name}"><b>${escaped(text)}</b> <span>${escaped(hint)}</span></button>`;
};

/** The page: a few hundred bytes of HTML that any phone shows, without a script. */
export const renderPage = (content: PageContent): string => {
  const words = pageWords[content.language];
  const parts = [
    content.notice === null
      ? ''
      : `<p role="status" class="notice ${content.notice.good ? 'good' : 'bad'}">${escaped(content.notice.text)}</p>`,
    `<h1>${escaped(content.title)}</h1>`,
    content.state === null ? '' : `<p class="state ${content.tone}">${escaped(content.state)}</p>`,
    ...content.lines.map((line) => `<p>${escaped(line)}</p>`),
    content.form === null
      ? ''
      : `<form method="post" action="${escaped(content.form.action)}"><input type="hidden" name="key" value="${escaped(content.form.key)}">` +
        `${content.form.buttons.map((name) => button(name, words)).join('')}</form><p class="emergency">${escaped(words.emergency)}</p>`,
  ];
  return (
    `<!doctype html><html lang="${content.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<meta name="robots" content="noindex,nofollow"><meta name="color-scheme" content="light dark"><title>${escaped(words.name)}</title>` +
    `<link rel="stylesheet" href="/a/style.css"></head><body><header><span>${escaped(words.name)}</span>` +
    `<a href="${escaped(content.otherLanguage)}" lang="${content.language === 'en' ? 'zh-CN' : 'en'}">${escaped(words.otherLanguage)}</a></header>` +
    `<main>${parts.join('')}</main></body></html>`
  );
};
