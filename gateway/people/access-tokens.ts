import { z } from 'zod';
import { personIdSchema } from '../../domain/ids.ts';
import type { Clock } from '../../domain/instant.ts';
import { type Principal, accessRoleSchema, scopeSchema } from '../../domain/scope.ts';
import type { Reader } from '../store/reader.ts';
import { readBearerToken, secretMatches } from './bearer-token.ts';

/** How long a token's row is believed without looking again: a revocation by another process is seen after this at the latest. */
const believedMs = 30_000;
const mostRemembered = 10_000;

interface Remembered {
  readonly principal: Principal;
  readonly hash: Uint8Array;
  readonly expiresAt: number | null;
  readonly readAt: number;
}

/** Who speaks, after their bearer token. */
export interface AccessTokens {
  /** The bearer of this token; null when it is unknown, wrong, expired or revoked. */
  principalOf(text: string): Promise<Principal | null>;
  /** Whether the token is still good, for what lasts longer than a request. */
  stillGood(id: string): Promise<boolean>;
  /** To be called when a token was revoked: from here on it opens nothing. */
  forget(id: string): void;
}

/** Tokens from the store, remembered by id so that a request costs a hash and no query. */
export const createAccessTokens = ({ reader, clock }: { reader: Reader; clock: Clock }): AccessTokens => {
  const remembered = new Map<string, Remembered>();

  const read = async (id: string): Promise<Remembered | null> => {
    const row = await reader.selectFrom('token').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined || row.revoked_at !== null) return null;
    return {
      principal: {
        token: row.id,
        role: accessRoleSchema.parse(row.role),
        scope: scopeSchema.parse(JSON.parse(row.scope)),
        person: z.nullable(personIdSchema).parse(row.person),
      },
      hash: row.hash,
      expiresAt: row.expires_at,
      readAt: clock.monotonic(),
    };
  };

  const get = async (id: string): Promise<Remembered | null> => {
    const known = remembered.get(id);
    if (known !== undefined && clock.monotonic() - known.readAt < believedMs) return known;
    const fresh = await read(id);
    remembered.delete(id);
    if (fresh === null) return null;
    if (remembered.size >= mostRemembered) remembered.delete(remembered.keys().next().value ?? id);
    remembered.set(id, fresh);
    return fresh;
  };

  const good = (token: Remembered | null): token is Remembered =>
    token !== null && (token.expiresAt === null || token.expiresAt > clock.now());

  return {
    async principalOf(text) {
      const presented = readBearerToken(text);
      if (presented === null) return null;
      const token = await get(presented.id);
      return good(token) && secretMatches(presented.secret, token.hash) ? token.principal : null;
    },
    async stillGood(id) {
      return good(await get(id));
    },
    forget(id) {
      remembered.delete(id);
    },
  };
};
