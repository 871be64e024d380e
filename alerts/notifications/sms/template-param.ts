import type { Delivery } from '../../../domain/notification.ts';
import { renderText } from '../text/render-text.ts';

/** Longest value of a template variable (Aliyun's variable rules for notifications; channels.md). */
export const longestVariable = 35;

/** Sent for the link when there is none, or none that fits: variables may not be empty (isv.TEMPLATE_MISSING_PARAMETERS). */
export const noToken = '-';

/** Cuts to whole characters with an ellipsis, never through a pair of surrogates. */
const cut = (text: string, longest: number): string => {
  const characters = [...text];
  if (text.length <= longest) return text;
  let kept = '';
  for (const character of characters) {
    if (kept.length + character.length > longest - 1) break;
    kept += character;
  }
  return `${kept}…`;
};

/** Takes out what templates refuse in variables: the signature's brackets, line breaks, addresses (isv.PARAM_NOT_SUPPORT_URL). */
const clean = (text: string): string =>
  text
    .replace(/https?:\/\/\S*|www\.\S*/giu, '')
    .replace(/[【】[\]{}$<>\s]+/gu, ' ')
    .trim();

/** The end of the link that stands behind the prefix fixed in the template. */
const tokenOf = (link: string | null, linkPrefix: string): string => {
  if (link === null || !link.startsWith(linkPrefix)) return noToken;
  const token = link.slice(linkPrefix.length);
  return /^[A-Za-z0-9_-]+$/.test(token) && token.length <= longestVariable ? token : noToken;
};

/** The variables of every template: `name` who, `time` since when, `what`, `place`, `token` the end of the link. Each 1 to 35 characters. */
export interface TemplateParam {
  readonly name: string;
  readonly time: string;
  readonly what: string;
  readonly place: string;
  readonly token: string;
}

export const templateParamOf = (delivery: Delivery, linkPrefix: string): TemplateParam => {
  const { sms } = renderText(delivery.subject, delivery.role, delivery.language, null);
  const fit = (text: string): string => cut(clean(text), longestVariable) || noToken;
  return {
    name: fit(sms.name),
    time: fit(sms.time),
    what: fit(sms.what),
    place: fit(sms.place),
    token: tokenOf(delivery.link, linkPrefix),
  };
};
