import { CarebedFailure } from '../../domain/failure.ts';
import type { Keeper } from '../keeper/command.ts';
import type { Reader } from '../store/reader.ts';
import { bearerTokenText, makeBearerToken, secretHash } from './bearer-token.ts';

/**
 * The administrator's token of a new gateway. Returns its text, to be written once to a file that only the owner can read, or null when
 * the store has an administrator's token already.
 * @throws CarebedFailure `first-token-refused` when the keeper does not take it
 */
export const createFirstToken = async ({ reader, keeper }: { reader: Reader; keeper: Keeper }): Promise<string | null> => {
  const known = await reader
    .selectFrom('token')
    .select('id')
    .where('role', '=', 'administrator')
    .where('revoked_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (known !== undefined) return null;
  const token = makeBearerToken();
  const answer = await keeper.execute(
    {
      type: 'create-token',
      id: token.id,
      name: 'first administrator',
      hash: secretHash(token.secret),
      role: 'administrator',
      scope: 'all',
      person: null,
      expiresAt: null,
    },
    {
      actor: 'gateway',
      person: null,
      audit: [{ action: 'create', entity: 'token', entityId: token.id, home: null, detail: { role: 'administrator' } }],
      idempotency: null,
    },
  );
  if (!answer.ok) throw new CarebedFailure('first-token-refused', `the first administrator's token was refused: ${answer.message}`);
  return bearerTokenText(token);
};
