import { z } from 'zod';
import { personIdSchema } from '../../domain/ids.ts';
import { instantSchema } from '../../domain/instant.ts';
import { accessRoleSchema, scopeSchema } from '../../domain/scope.ts';
import type { AccessTokens } from '../people/access-tokens.ts';
import { bearerTokenText, makeBearerToken, secretHash } from '../people/bearer-token.ts';
import { principalOf } from './authenticate.ts';
import { commandFor, writeHeaders } from './commands.ts';
import { cutPage, pageOf, pageQuery, readCursor } from './page-of.ts';
import type { Api, ApiParts } from './parts.ts';
import { problemAnswers } from './problem.ts';
import { CarebedFailure } from '../../domain/failure.ts';

const tokenSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: accessRoleSchema,
  scope: scopeSchema,
  person: z.string().nullable(),
  createdAt: z.number().int(),
  expiresAt: z.number().int().nullable(),
  revokedAt: z.number().int().nullable(),
});

const newToken = z.strictObject({
  name: z.string().trim().min(1).max(80),
  role: accessRoleSchema,
  scope: scopeSchema,
  /** The person who will hold it, so that what they do is written under their id. */
  person: personIdSchema.nullable().default(null),
  expiresAt: instantSchema.nullable().default(null),
});

/** Making, listing and revoking tokens, and who one is oneself. `onRevoked` ends what outlasts a request. */
export const tokenRoutes = (app: Api, { reader, keeper }: ApiParts, tokens: AccessTokens, onRevoked: (id: string) => void): void => {
  app.route({
    method: 'GET',
    url: '/api/tokens',
    config: { permission: 'token.read' },
    schema: {
      tags: ['tokens'],
      summary: 'List tokens',
      querystring: z.strictObject(pageQuery),
      response: { 200: pageOf(tokenSchema), ...problemAnswers },
    },
    handler: async (request) => {
      // Only the scope `all` holds tokens of others; a narrow administrator sees its own.
      const { scope, token } = principalOf(request);
      let query = reader
        .selectFrom('token')
        .selectAll()
        .orderBy('id')
        .limit(request.query.limit + 1);
      if (scope !== 'all') query = query.where('id', '=', token);
      const after = readCursor(request.query.after);
      if (after !== null) query = query.where('id', '>', after);
      const { items, next } = cutPage(await query.execute(), request.query.limit, (row) => row.id);
      return {
        items: items.map((row) => ({
          id: row.id,
          name: row.name,
          role: accessRoleSchema.parse(row.role),
          scope: scopeSchema.parse(JSON.parse(row.scope)),
          person: row.person,
          createdAt: row.created_at,
          expiresAt: row.expires_at,
          revokedAt: row.revoked_at,
        })),
        next,
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/api/tokens',
    config: { permission: 'token.write' },
    schema: {
      tags: ['tokens'],
      summary: 'Make a token; it is shown once',
      headers: writeHeaders,
      body: newToken,
      response: { 201: z.strictObject({ id: z.string(), token: z.string() }), ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { name, role, scope, person, expiresAt } = request.body;
      const token = makeBearerToken();
      const answer = await commandFor(
        keeper,
        request,
        { type: 'create-token', id: token.id, name, hash: secretHash(token.secret), role, scope, person, expiresAt },
        [{ action: 'create', entity: 'token', entityId: token.id, home: null, detail: { role, scope } }],
      );
      if (answer.repeated === true)
        throw new CarebedFailure('secret-already-given', 'the token was given with the first answer', { status: 409 });
      reply.header('cache-control', 'no-store');
      return reply.code(201).send({ id: token.id, token: bearerTokenText(token) });
    },
  });

  app.route({
    method: 'DELETE',
    url: '/api/tokens/:id',
    config: { permission: 'token.write' },
    schema: {
      tags: ['tokens'],
      summary: 'Revoke a token; it opens nothing from here on',
      params: z.object({ id: z.string().max(64) }),
      headers: writeHeaders,
      response: { 204: z.null().describe('It is revoked.'), ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const audit = [{ action: 'revoke', entity: 'token', entityId: id, home: null, detail: {} }];
      await commandFor(keeper, request, { type: 'revoke-token', id }, audit);
      tokens.forget(id);
      onRevoked(id);
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'GET',
    url: '/api/me',
    config: { permission: 'self.read' },
    schema: {
      tags: ['tokens'],
      summary: 'Who this token speaks for',
      response: {
        200: z.strictObject({ token: z.string(), role: accessRoleSchema, scope: scopeSchema, person: z.string().nullable() }),
        ...problemAnswers,
      },
    },
    handler: async (request) => ({ ...principalOf(request) }),
  });
};
