import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { policySchema } from '../policy.ts';
import { domainWordingZhCn } from './domain-wording.ts';
import { wordIssue } from './issue-wording.ts';

const issuesOf = (value: unknown, language: 'zh-CN' | 'en') => {
  const { error } = policySchema.safeParse(value);
  return (error?.issues ?? []).map((issue) => wordIssue(issue, issue.path, language));
};

describe('what is wrong with a value', () => {
  test('is told with its place and what would be right, in both languages', () => {
    const value = { id: 'p', name: 'P', levels: [{ afterSeconds: 1.5, targets: [{ type: 'nobody' }] }], extra: 1 };
    expect(issuesOf(value, 'en')).toEqual([
      { where: 'levels[0].afterSeconds', wrong: 'is of the wrong kind', right: 'give a whole number' },
      expect.objectContaining({ where: 'levels[0].targets[0].type' }),
      { where: '', wrong: 'has unknown fields: extra', right: 'leave them out, or look for a slip of the pen' },
    ]);
    expect(issuesOf(value, 'zh-CN')[0]).toEqual({ where: 'levels[0].afterSeconds', wrong: '类型不对', right: '请给出整数' });
  });

  test('every message of our own schemas is there in Chinese too', () => {
    const root = join(import.meta.dirname, '..', '..');
    const sources = ['domain', 'gateway/api'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
        .map((name) => readFileSync(join(root, folder, name), 'utf8')),
    );
    expect(sources.length).toBeGreaterThan(50);
    const messages = sources.flatMap((text) => [...text.matchAll(/error:\s+'([^']+)'/g)].map((found) => found[1] ?? ''));
    expect(messages.length).toBeGreaterThan(14);
    expect(messages.filter((message) => domainWordingZhCn[message] === undefined)).toEqual([]);
    for (const text of Object.values(domainWordingZhCn)) expect(text).toContain('；');
  });
});
