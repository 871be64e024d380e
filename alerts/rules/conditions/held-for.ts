import { after, type Duration, type Instant } from '../../../domain/instant.ts';
import type { Language } from '../../../domain/language.ts';

/** *For*: what began at `since` has held for `wait` by `at`. What has not begun (null) holds for no time at all. */
export const heldFor = (since: Instant | null, wait: Duration, at: Instant): boolean => since !== null && after(since, wait) <= at;

export const sayMinutes = (minutes: number, language: Language): string =>
  language === 'zh-CN' ? `${minutes} 分钟` : minutes === 1 ? '1 minute' : `${minutes} minutes`;

export const sayHours = (hours: number, language: Language): string =>
  language === 'zh-CN' ? `${hours} 小时` : hours === 1 ? '1 hour' : `${hours} hours`;

export const saySeconds = (seconds: number, language: Language): string =>
  language === 'zh-CN' ? `${seconds} 秒` : seconds === 1 ? '1 second' : `${seconds} seconds`;
