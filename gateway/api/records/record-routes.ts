import { z } from 'zod';
import type { RecordRow } from '../../keeper/command.ts';
import { principalOf } from '../authenticate.ts';
import { commandFor, writeHeaders } from '../commands.ts';
import { cutPage, pageOf, pageQuery, readCursor } from '../page-of.ts';
import { keepsHistory } from '../../store/schema.ts';
import type { Api, ApiParts } from '../parts.ts';
import { notFound, problemAnswers, RequestRefused } from '../problem.ts';
import type { ViewAudit } from '../view-audit.ts';
import { type RecordDefinition, recordDefinitions } from './definition.ts';
import { asSeenBy, findRecord, listRecords } from './read-records.ts';
import { beforeWrite, expectedVersion, refuseForeignParents, refuseUnknownModel } from './write-records.ts';

const idParams = z.object({ id: z.string().min(1).max(64) });
const versionHeaders = writeHeaders.extend({
  'if-match': z.string().max(40).optional().describe('The ETag of the version that is to be changed.'),
});
const putHeaders = versionHeaders.extend({
  'change-reason': z
    .string()
    .max(1_500)
    .optional()
    .describe('Why it is changed, percent-encoded UTF-8; kept in the history of what decides calls.'),
  'if-none-match': z.literal('*').optional().describe('`*`: only create, never replace.'),
});

const queryOf = (definition: RecordDefinition) => {
  const parents = Object.fromEntries(definition.parents.map(({ column }) => [column, z.string().max(64).optional()]));
  const q = definition.named ? { q: z.string().max(80).optional().describe('Part of the name.') } : {};
  return z.strictObject({ ...parents, ...q, ...pageQuery });
};

const auditOf = (action: string, definition: RecordDefinition, id: string, home: string | null) => [
  { action, entity: definition.record, entityId: id, home, detail: {} },
];

/** GET list, GET, PUT and DELETE of one kind of record. */
const routesOf = (app: Api, parts: ApiParts, views: ViewAudit, definition: RecordDefinition): void => {
  const { reader, keeper } = parts;
  const { path, schema, record } = definition;
  const tags = [path];
  const listItem = z.strictObject({ version: z.number().int(), updatedAt: z.number().int(), body: schema });

  app.route({
    method: 'GET',
    url: `/api/${path}`,
    config: { permission: definition.read },
    schema: { tags, summary: `List ${path}`, querystring: queryOf(definition), response: { 200: pageOf(listItem), ...problemAnswers } },
    handler: async (request) => {
      const principal = principalOf(request);
      const query: Readonly<Record<string, unknown>> & { limit: number } = request.query;
      const text = (name: string): string | undefined => (typeof query[name] === 'string' ? query[name] : undefined);
      const kept = await listRecords(reader, definition, principal.scope, {
        parents: Object.fromEntries(definition.parents.map(({ column }) => [column, text(column)])),
        q: text('q'),
        after: readCursor(text('after')),
        limit: query.limit + 1,
      });
      const { items, next } = cutPage(kept, query.limit, (row) => row.id);
      if (definition.personal)
        await views.seen(principal, {
          entity: record,
          ids: items.map(({ id }) => id),
          home: items.length === 1 ? (items[0]?.home ?? null) : null,
        });
      return {
        items: items.map(({ version, updatedAt, body }) => ({ version, updatedAt, body: asSeenBy(definition, principal.role, body) })),
        next,
      };
    },
  });

  app.route({
    method: 'GET',
    url: `/api/${path}/:id`,
    config: { permission: definition.read },
    schema: { tags, summary: `One of the ${path}`, params: idParams, response: { 200: schema, ...problemAnswers } },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const kept = await findRecord(reader, definition, principal.scope, request.params.id);
      if (kept === null) throw notFound();
      if (definition.personal) await views.seen(principal, { entity: record, ids: [kept.id], home: kept.home });
      reply.header('etag', `"${kept.version}"`);
      return asSeenBy(definition, principal.role, kept.body);
    },
  });

  app.route({
    method: 'PUT',
    url: `/api/${path}/:id`,
    config: { permission: definition.write },
    schema: {
      tags,
      summary: `Create or replace one of the ${path}`,
      params: idParams,
      headers: putHeaders,
      body: schema,
      response: { 200: schema, 201: schema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { scope } = principalOf(request);
      const { body } = request;
      const { id } = request.params;
      if (body.id !== id) refuseOtherId(id, body.id);
      const { kept, expected } = await beforeWrite(reader, definition, scope, id, expectedVersion(request.headers));
      await refuseForeignParents(reader, definition, scope, { ...body });
      refuseUnknownModel(parts.deviceModels, definition, { ...body });
      const row: RecordRow = { record, body };
      const answer = await commandFor(
        keeper,
        request,
        { type: 'put-record', row, expectVersion: expected },
        auditOf(kept === null ? 'create' : 'change', definition, id, homeOf(definition, { ...body }, kept?.home ?? null)),
      );
      const version = answer.versions?.[0];
      if (version !== undefined) reply.header('etag', `"${version}"`);
      return reply.code(version === 1 ? 201 : 200).send(body);
    },
  });

  app.route({
    method: 'DELETE',
    url: `/api/${path}/:id`,
    config: { permission: definition.write },
    schema: {
      tags,
      summary: `Delete one of the ${path}`,
      params: idParams,
      headers: versionHeaders,
      response: { 204: z.null().describe('It is gone.'), ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { scope } = principalOf(request);
      const { id } = request.params;
      const wanted = expectedVersion(request.headers);
      const { kept, expected } = await beforeWrite(reader, definition, scope, id, wanted);
      // Under an Idempotency-Key the keeper answers a repeat of what is gone already.
      if (kept === null && request.headers['idempotency-key'] === undefined) throw notFound();
      const version = kept === null ? {} : { expectVersion: expected ?? undefined };
      await commandFor(
        keeper,
        request,
        { type: 'delete-record', record, id, ...version },
        auditOf('delete', definition, id, kept?.home ?? null),
      );
      return reply.code(204).send(null);
    },
  });
};

const refuseOtherId = (right: string, wrong: string): never => {
  const check = z.strictObject({ id: z.literal(right) }).safeParse({ id: wrong });
  if (check.error !== undefined) throw new RequestRefused('body', check.error);
  throw new RangeError('the ids are the same');
};

const homeOf = (definition: RecordDefinition, body: Readonly<Record<string, unknown>>, known: string | null): string | null => {
  if (definition.record === 'home') return typeof body['id'] === 'string' ? body['id'] : null;
  return typeof body['home'] === 'string' ? body['home'] : known;
};

const historyAnswer = z.strictObject({
  /** Newest first, at most 200. `body` is null where it was deleted. */
  versions: z.array(
    z.strictObject({
      version: z.number().int(),
      at: z.number().int(),
      actor: z.string(),
      person: z.string().nullable(),
      why: z.string().nullable(),
      body: z.looseObject({ id: z.string() }).nullable(),
    }),
  ),
});

/** GET …/history: every version of a record that decides calls, who made it, when and why. */
const historyRoute = (app: Api, { reader }: ApiParts, views: ViewAudit, definition: RecordDefinition): void => {
  app.route({
    method: 'GET',
    url: `/api/${definition.path}/:id/history`,
    config: { permission: definition.read },
    schema: {
      tags: [definition.path],
      summary: `Who changed one of the ${definition.path}, when and why`,
      params: idParams,
      response: { 200: historyAnswer, ...problemAnswers },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const kept = await findRecord(reader, definition, principal.scope, request.params.id);
      if (kept === null) throw notFound();
      if (definition.personal) await views.seen(principal, { entity: definition.record, ids: [kept.id], home: kept.home });
      const rows = await reader
        .selectFrom('record_version')
        .select(['version', 'at', 'actor', 'person', 'why', 'body'])
        .where('record', '=', definition.record)
        .where('id', '=', kept.id)
        .orderBy('seq', 'desc')
        .limit(200)
        .execute();
      return {
        versions: rows.map(({ body, ...row }) => ({
          ...row,
          body: body === null ? null : asSeenBy(definition, principal.role, recordBody.parse(JSON.parse(body))),
        })),
      };
    },
  });
};
const recordBody = z.looseObject({ id: z.string() });

/** The routes of every kind of record people edit. */
export const recordRoutes = (app: Api, parts: ApiParts, views: ViewAudit): void => {
  for (const definition of recordDefinitions) {
    routesOf(app, parts, views, definition);
    if (keepsHistory(definition.record)) historyRoute(app, parts, views, definition);
  }
};
