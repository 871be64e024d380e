import { createHmac, timingSafeEqual } from 'node:crypto';

const sequenceBytes = 6;
const macBytes = 16;
/** So that the key, were it used for anything else, could not make a link by accident. */
const domainSeparator = 'carebed-link-1';

const macOf = (key: Uint8Array, sequence: Uint8Array): Uint8Array =>
  createHmac('sha256', key).update(domainSeparator).update(sequence).digest().subarray(0, macBytes);

/**
 * The token in a message's link: the link's number (48 bits) and 128 bits of HMAC-SHA256 over it, in 30 characters of base64url. It says
 * nothing about alarm or person; those, and when it ends, stand in the link's row.
 * @param key at least 32 random bytes
 * @throws RangeError for a number that is no link's
 */
export const linkToken = (key: Uint8Array, link: number): string => {
  if (!Number.isSafeInteger(link) || link < 1 || link >= 2 ** 48) throw new RangeError('a link is numbered from 1 to 2^48 - 1');
  const bytes = Buffer.alloc(sequenceBytes + macBytes);
  bytes.writeUIntBE(link, 0, sequenceBytes);
  bytes.set(macOf(key, bytes.subarray(0, sequenceBytes)), sequenceBytes);
  return bytes.toString('base64url');
};

/** The link's number, or null when the token was not made with this key. Compares in constant time. */
export const readLinkToken = (key: Uint8Array, text: string): number | null => {
  if (!/^[A-Za-z0-9_-]{30}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  // Four bits of the last character are spare: only the one spelling counts, so that a link has one name.
  if (bytes.length !== sequenceBytes + macBytes || bytes.toString('base64url') !== text) return null;
  const sequence = bytes.subarray(0, sequenceBytes);
  return timingSafeEqual(macOf(key, sequence), bytes.subarray(sequenceBytes)) ? sequence.readUIntBE(0, sequenceBytes) : null;
};
