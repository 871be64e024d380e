import { expect, test } from 'vitest';
import { callerLanguage } from './caller-language.ts';

test.each([
  [undefined, 'zh-CN'],
  ['', 'zh-CN'],
  ['fr', 'zh-CN'],
  ['en', 'en'],
  ['en-GB,en;q=0.9', 'en'],
  ['zh-TW', 'zh-CN'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
  ['en;q=0.5, zh;q=0.9', 'zh-CN'],
  ['fr, en;q=0.1', 'en'],
  ['en;q=0', 'zh-CN'],
])('Accept-Language %j is answered in %s', (header, language) => {
  expect(callerLanguage(header)).toBe(language);
});
