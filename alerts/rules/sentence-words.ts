import type { Language } from '../../domain/language.ts';

/** A sentence in the language asked for; with a word before it when the rule is switched off. */
export const inWords = (language: Language, on: boolean, zh: string, en: string): string => {
  if (language === 'zh-CN') return on ? zh : `（未启用）${zh}`;
  return on ? en : `(Off) ${en}`;
};
