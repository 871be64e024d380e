import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './answer.ts';

const now = Date.UTC(2026, 10, 23);

describe('Retry-After', () => {
  it.each([
    [undefined, null],
    ['30', 30_000],
    ['Mon, 23 Nov 2026 00:02:00 GMT', 120_000],
    ['Sun, 22 Nov 2026 00:00:00 GMT', null],
    ['soon', null],
    ['0', null],
    ['999999', 3_600_000],
  ])('%s is read as %s ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
