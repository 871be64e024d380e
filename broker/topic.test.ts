import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceIdSchema } from '../domain/ids.ts';
import { belowPrefix, buildTopic, covers, isTopicFilter, isTopicName, matches, prefixOf } from './topic.ts';

const device = deviceIdSchema.parse('dev1');
const level = fc.constantFrom('a', 'b', 'c', '');
const topic = fc
  .array(level, { minLength: 1, maxLength: 4 })
  .map((levels) => levels.join('/'))
  .filter(isTopicName);
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 3 }), fc.constantFrom('#', '+', 'a', 'b'))
  .map(([levels, last]) => [...levels, last].join('/'));

describe('a topic', () => {
  it('below the prefix of its device comes back as it went in', () => {
    fc.assert(fc.property(topic, (below) => belowPrefix(prefixOf(device), buildTopic(device, below)) === below));
  });

  it("of another device, or the bare prefix, is not below one's own", () => {
    for (const other of [
      'carebed/v1/dev10/x',
      'carebed/v1/dev/x',
      'carebed/v1/dev1',
      'carebed/v1/dev1/',
      'carebed/v2/dev1/x',
      '/carebed/v1/dev1/x',
    ]) {
      expect(belowPrefix(prefixOf(device), other), other).toBeNull();
    }
  });

  it('is a name without wildcards and NUL, and a filter with wildcards where they belong', () => {
    for (const name of ['a', 'a/b', '/', 'my button/the left', '床']) expect(isTopicName(name), name).toBe(true);
    for (const name of ['', 'a/+', 'a/#', 'a\0', 'x'.repeat(65_536)]) expect(isTopicName(name), name.slice(0, 9)).toBe(false);
    for (const ok of ['#', '+', 'a/+/b', 'a/#', '+/#', '/+']) expect(isTopicFilter(ok), ok).toBe(true);
    for (const bad of ['', 'a#', 'a/#/b', 'a+', '+a/b', 'a\0']) expect(isTopicFilter(bad), bad).toBe(false);
  });
});

describe('a filter', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/+', 'a', false],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['#', 'a/b', true],
    ['+/b', '/b', true],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
  ])('%s and the topic %s: %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  it.each([
    ['command/#', 'command/#', true],
    ['command/#', 'command', true],
    ['command/#', 'command/+/x', true],
    ['command/+', 'command/#', false],
    ['command/+', 'command/+', true],
    ['command/+', 'command/a/b', false],
    ['+/set', '#', false],
    ['+/set', '+/set', true],
    ['+/set', '+/+', false],
    ['#', '#', true],
    ['#', '$share/g/x', false],
  ])('%s covers %s: %s', (pattern, asked, expected) => {
    expect(covers(pattern, asked)).toBe(expected);
  });

  it('that is covered hears nothing that the pattern would not have heard', () => {
    fc.assert(
      fc.property(filter, filter, topic, (pattern, asked, name) => {
        fc.pre(covers(pattern, asked) && matches(asked, name));
        return matches(pattern, name);
      }),
      { numRuns: 2_000 },
    );
  });

  it('covers itself, and # covers it', () => {
    fc.assert(fc.property(filter, (asked) => covers(asked, asked) && covers('#', asked)));
  });
});
