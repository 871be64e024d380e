import { type Language, languages } from '../../domain/language.ts';

/** The language to answer in, after Accept-Language (RFC 9110 §12.5.4); zh-CN when it asks for none of ours. */
export const callerLanguage = (acceptLanguage: string | undefined): Language => {
  let best: { language: Language; weight: number } | null = null;
  for (const part of (acceptLanguage ?? '').split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const quality = parameters.map((text) => /^\s*q=([\d.]+)\s*$/.exec(text)?.[1]).find((text) => text !== undefined);
    const weight = quality === undefined ? 1 : Number(quality);
    const primary = tag.trim().split('-')[0];
    const language = languages.find((ours) => ours.toLowerCase().split('-')[0] === primary);
    if (language !== undefined && weight > (best?.weight ?? 0)) best = { language, weight };
  }
  return best?.language ?? 'zh-CN';
};
