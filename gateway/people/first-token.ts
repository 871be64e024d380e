import { CarebedFailure } from '../../domain/failure.ts';
import type { Keeper } from '../keeper/command.ts';
import type { Reader } from '../store/reader.ts';
import { bearerTokenText, makeBearerToken, secretHash } from './bearer-token.ts';

/**
 * The administrator's token of a new gateway. `write` puts its text where only the owner can read it, and is called before the store knows
 * the token: a crash in between leaves a token that opens nothing and is replaced at the next start, never a lost administrator.
 * @returns false when the store has an administrator's token already
 * @throws CarebedFailure `first-token-refused` when the keeper does not take it
 */
export const createFirstToken = async (options: {
  readonly reader: Reader;
  readonly keeper: Keeper;
  readonly write: (token: string) => Promise<void>;
}): Promise<boolean> => {
  const { reader, keeper, write } = options;
  const known = await reader
    .selectFrom('token')
    .select('id')
    .where('role', '=', 'administrator')
    .where('revoked_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (known !== undefined) return false;
  const token = makeBearerToken();
  await write(bearerTokenText(token));
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
  return true;
};
