import { expect, test } from 'vitest';
import { bearerTokenText, makeBearerToken, readBearerToken, secretHash, secretMatches } from './bearer-token.ts';

test('a token reads back as it was made, and its secret matches its own hash alone', () => {
  const token = makeBearerToken();
  const other = makeBearerToken();
  expect(readBearerToken(bearerTokenText(token))).toEqual(token);
  expect(secretMatches(token.secret, secretHash(token.secret))).toBe(true);
  expect(secretMatches(other.secret, secretHash(token.secret))).toBe(false);
  expect(secretMatches(token.secret, new Uint8Array(3))).toBe(false);
});

test.each(['', 'cb_', 'cb_1_2', `cb_${'0'.repeat(16)}_${'A'.repeat(42)}`, `xx_${'0'.repeat(16)}_${'A'.repeat(43)}`])(
  '%j is no token',
  (text) => {
    expect(readBearerToken(text)).toBeNull();
  },
);
