import { z } from 'zod';
import type { Language } from '../language.ts';
import { domainWordingZhCn } from './domain-wording.ts';

/** One thing that is wrong, in words for a person. */
export interface WordedIssue {
  /** Where: `levels[0].afterSeconds`. */
  readonly where: string;
  readonly wrong: string;
  readonly right: string;
}

interface Words {
  readonly missing: string;
  readonly fitting: (expected: string) => string;
  readonly unfitting: string;
  readonly tooSmall: string;
  readonly tooBig: string;
  readonly atLeast: (n: string, unit: string) => string;
  readonly atMost: (n: string, unit: string) => string;
  readonly unit: Readonly<Record<string, string>>;
  readonly type: Readonly<Record<string, string>>;
  readonly oneOf: (values: string) => string;
  readonly unknownKeys: (keys: string) => string;
  readonly leaveOut: string;
  readonly asDocumented: string;
}

const en: Words = {
  missing: 'is missing',
  fitting: (expected) => `give ${expected}`,
  unfitting: 'is of the wrong kind',
  tooSmall: 'is too small',
  tooBig: 'is too big',
  atLeast: (n, unit) => `at least ${n}${unit}`,
  atMost: (n, unit) => `at most ${n}${unit}`,
  unit: { string: ' characters', array: ' entries' },
  type: {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    record: 'an object',
  },
  oneOf: (values) => `one of ${values}`,
  unknownKeys: (keys) => `has unknown fields: ${keys}`,
  leaveOut: 'leave them out, or look for a slip of the pen',
  asDocumented: 'see /api/docs',
};

const zhCn: Words = {
  missing: '缺少',
  fitting: (expected) => `请给出${expected}`,
  unfitting: '类型不对',
  tooSmall: '太小',
  tooBig: '太大',
  atLeast: (n, unit) => `至少 ${n}${unit}`,
  atMost: (n, unit) => `至多 ${n}${unit}`,
  unit: { string: ' 个字符', array: ' 项' },
  type: { string: '文字', number: '数字', int: '整数', boolean: ' true 或 false', array: '列表', object: '对象', record: '对象' },
  oneOf: (values) => `以下之一：${values}`,
  unknownKeys: (keys) => `有不认识的字段：${keys}`,
  leaveOut: '请去掉，或检查是否写错',
  asDocumented: '请看 /api/docs',
};

const words: Readonly<Record<Language, Words>> = { 'zh-CN': zhCn, en };
type Said = Pick<WordedIssue, 'wrong' | 'right'>;

/** What the domain or a route says in its own words: `wrong; right`. */
const ownWords = (message: string, language: Language): Said => {
  const text = language === 'en' ? message : (domainWordingZhCn[message] ?? message);
  const [wrong = text, right] = text.split(/[;；]\s*/u, 2);
  return { wrong, right: right ?? words[language].asDocumented };
};

const genericMessages = new Set(['Invalid input', 'Invalid string', 'Invalid email address']);

const limits = (issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, w: Words): Said => {
  const unit = w.unit[issue.origin] ?? '';
  return issue.code === 'too_small'
    ? { wrong: w.tooSmall, right: w.atLeast(String(issue.minimum), unit) }
    : { wrong: w.tooBig, right: w.atMost(String(issue.maximum), unit) };
};

/** The branch of a union that was meant: the one that fails latest, or the discriminator when nothing fits. */
const unionIssue = (issue: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue | null => {
  const branches = issue.errors.filter((errors) => errors.length > 0);
  branches.sort((a, b) => (b[0]?.path.length ?? 0) - (a[0]?.path.length ?? 0));
  return branches[0]?.[0] ?? null;
};

const say = (issue: z.core.$ZodIssue, language: Language): Said => {
  const w = words[language];
  switch (issue.code) {
    case 'invalid_type': {
      const expected = w.fitting(w.type[issue.expected] ?? issue.expected);
      return { wrong: /received undefined/.test(issue.message) ? w.missing : w.unfitting, right: expected };
    }
    case 'too_small':
    case 'too_big':
      return limits(issue, w);
    case 'invalid_value':
      return { wrong: w.unfitting, right: w.oneOf(issue.values.map(String).join(', ')) };
    case 'unrecognized_keys':
      return { wrong: w.unknownKeys(issue.keys.join(', ')), right: w.leaveOut };
    case 'invalid_union': {
      const inner = unionIssue(issue);
      return inner === null ? { wrong: w.unfitting, right: w.asDocumented } : say(inner, language);
    }
    case 'invalid_format':
    case 'custom':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
      return genericMessages.has(issue.message) ? { wrong: w.unfitting, right: w.asDocumented } : ownWords(issue.message, language);
  }
};

/** `body.levels[0].afterSeconds` */
const placeOf = (path: readonly PropertyKey[]): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`)).join('');

/** One issue of zod's in the caller's words, without the value that was wrong: it may be somebody's name. */
export const wordIssue = (issue: z.core.$ZodIssue, path: readonly PropertyKey[], language: Language): WordedIssue => {
  const inner = issue.code === 'invalid_union' ? unionIssue(issue) : null;
  return { where: placeOf([...path, ...(inner?.path ?? [])]), ...say(inner ?? issue, language) };
};
