import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linkToken, readLinkToken } from './link-token.ts';

const key = new Uint8Array(32).fill(1);
const number = fc.integer({ min: 1, max: 2 ** 48 - 1 });

describe('link tokens', () => {
  test('a token reads back as its link’s number, in 30 characters that need no escaping', () => {
    fc.assert(
      fc.property(number, (link) => {
        const token = linkToken(key, link);
        expect(token).toMatch(/^[A-Za-z0-9_-]{30}$/);
        expect(readLinkToken(key, token)).toBe(link);
      }),
    );
  });

  test('another key, or one changed character, opens nothing', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    fc.assert(
      fc.property(number, fc.nat(29), fc.constantFrom(...letters.split('')), (link, at, letter) => {
        const token = linkToken(key, link);
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        expect(readLinkToken(new Uint8Array(32).fill(2), token)).toBeNull();
        expect(readLinkToken(key, changed)).toBe(changed === token ? link : null);
      }),
    );
  });

  test('what is no token is refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readLinkToken(key, text)).toBeNull();
      }),
    );
    for (const link of [0, -1, 1.5, 2 ** 48]) expect(() => linkToken(key, link)).toThrow(RangeError);
  });
});
