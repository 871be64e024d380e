import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A bearer token as its owner holds it: `cb_<id>_<secret>`. The id may stand in logs and in the audit; the secret only in its owner's hands. */
export interface BearerToken {
  readonly id: string;
  readonly secret: string;
}

/** Makes a token: 64 random bits to be named by, 256 to be believed by. */
export const makeBearerToken = (): BearerToken => ({
  id: randomBytes(8).toString('hex'),
  secret: randomBytes(32).toString('base64url'),
});

export const bearerTokenText = ({ id, secret }: BearerToken): string => `cb_${id}_${secret}`;

const shape = /^cb_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** Reads `cb_<id>_<secret>`; null when it is not one. */
export const readBearerToken = (text: string): BearerToken | null => {
  const found = shape.exec(text);
  return found?.[1] === undefined || found[2] === undefined ? null : { id: found[1], secret: found[2] };
};

/** SHA-256 of a random secret: what is kept of it. Random secrets of 128 bits and more need no slow hash. */
export const secretHash = (secret: string): Uint8Array<ArrayBuffer> => new Uint8Array(createHash('sha256').update(secret, 'utf8').digest());

/** Whether the secret belongs to the hash, in a time that does not tell how much of it was right. */
export const secretMatches = (secret: string, hash: Uint8Array): boolean =>
  hash.byteLength === 32 && timingSafeEqual(secretHash(secret), hash);
