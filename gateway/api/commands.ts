import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CarebedFailure } from '../../domain/failure.ts';
import type { AuditEntry, Command, CommandAnswer, Keeper } from '../keeper/command.ts';
import { principalOf } from './authenticate.ts';

/** Headers of every route that writes. */
export const writeHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Chosen by the caller, once for each deed: the same request sent again under the same key is done once and answered alike.'),
});

/** Why a record is changed: a header holds ASCII only, so its text is percent-encoded UTF-8 (encodeURIComponent). */
const reasonOf = (request: FastifyRequest): { why: string } | Record<never, never> => {
  const given = request.headers['change-reason'];
  if (typeof given !== 'string') return {};
  try {
    return { why: decodeURIComponent(given).slice(0, 500) };
  } catch (cause) {
    throw new CarebedFailure('change-reason-unreadable', 'Change-Reason must be percent-encoded UTF-8', { status: 400, cause });
  }
};

const idempotencyOf = (request: FastifyRequest): { key: string; request: string } | null => {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string') return null;
  const [path = ''] = request.url.split('?', 1);
  const text = `${request.method} ${path}\n${request.headers['if-match'] ?? ''}\n${JSON.stringify(request.body ?? null)}`;
  return { key, request: createHash('sha256').update(text).digest('hex') };
};

type Done = Extract<CommandAnswer, { ok: true }>;

/** Gives the command to the keeper in the caller's name. Resolves once it is committed; a refusal becomes a CarebedFailure with its code and status. */
export const commandFor = async (
  keeper: Keeper,
  request: FastifyRequest,
  command: Command,
  audit: readonly AuditEntry[],
): Promise<Done> => {
  const principal = principalOf(request);
  const answer = await keeper.execute(command, {
    actor: principal.token,
    person: principal.person,
    ...reasonOf(request),
    audit: [...audit],
    idempotency: idempotencyOf(request),
  });
  if (!answer.ok) throw new CarebedFailure(answer.code, answer.message, { status: answer.status });
  return answer;
};
