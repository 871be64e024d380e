import { z } from 'zod';
import { rejectionCodeSchema } from '../../domain/rejection.ts';
import { principalOf } from './authenticate.ts';
import { cutPage, instantOfQuery, pageOf, pageQuery, readNumberCursor, timeInQuery } from './page-of.ts';
import type { Api, ApiParts } from './parts.ts';
import { problemAnswers } from './problem.ts';
import { scoped } from './scoped.ts';
import type { ViewAudit } from './view-audit.ts';

/** So much of a refused message is shown. */
const shownBytes = 4_096;

const rejectionSchema = z.strictObject({
  seq: z.number().int(),
  at: z.number().int(),
  device: z.string(),
  home: z.string().nullable(),
  topic: z.string(),
  code: rejectionCodeSchema,
  where: z.string(),
  detail: z.string(),
  /** The message itself: text where it is UTF-8, else base64. */
  payload: z.strictObject({ encoding: z.enum(['utf-8', 'base64']), text: z.string() }),
});

const auditSchema = z.strictObject({
  seq: z.number().int(),
  at: z.number().int(),
  actor: z.string(),
  person: z.string().nullable(),
  action: z.string(),
  entity: z.string(),
  entityId: z.string(),
  home: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});

const textOf = (payload: Uint8Array): z.infer<typeof rejectionSchema>['payload'] => {
  const bytes = Buffer.from(payload.subarray(0, shownBytes));
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') ? { encoding: 'base64', text: bytes.toString('base64') } : { encoding: 'utf-8', text };
};

/** What was refused, and who did and saw what. */
export const historyRoutes = (app: Api, { reader }: ApiParts, views: ViewAudit): void => {
  app.route({
    method: 'GET',
    url: '/api/rejections',
    config: { permission: 'rejection.read' },
    schema: {
      tags: ['rejections'],
      summary: 'Messages that were refused, newest first',
      querystring: z.strictObject({ device: z.string().max(64).optional(), home: z.string().max(64).optional(), ...pageQuery }),
      response: { 200: pageOf(rejectionSchema), ...problemAnswers },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const { device, home, limit, after } = request.query;
      let query = reader
        .selectFrom('rejection')
        .selectAll()
        .where(scoped(principal.scope, 'home', 'rejection.home'))
        .orderBy('seq', 'desc')
        .limit(limit + 1);
      if (device !== undefined) query = query.where('device', '=', device);
      if (home !== undefined) query = query.where('home', '=', home);
      const before = readNumberCursor(after);
      if (before !== null) query = query.where('seq', '<', before);
      const { items, next } = cutPage(await query.execute(), limit, (row) => String(row.seq));
      await views.seen(principal, { entity: 'rejection', ids: items.map((row) => String(row.seq)), home: home ?? null });
      return {
        items: items.map(({ seq, at, device: from, home: of, topic, code, where_: where, detail, payload }) => ({
          seq,
          at,
          device: from,
          home: of,
          topic,
          code: rejectionCodeSchema.parse(code),
          where,
          detail,
          payload: textOf(payload),
        })),
        next,
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/audit',
    config: { permission: 'audit.read' },
    schema: {
      tags: ['audit'],
      summary: 'Who did and saw what, newest first',
      querystring: z.strictObject({
        actor: z.string().max(80).optional(),
        entity: z.string().max(40).optional(),
        id: z.string().max(64).optional(),
        home: z.string().max(64).optional(),
        from: timeInQuery.optional(),
        to: timeInQuery.optional(),
        ...pageQuery,
      }),
      response: { 200: pageOf(auditSchema), ...problemAnswers },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const { actor, entity, id, home, from, to, limit, after } = request.query;
      // What belongs to no home (lists, tokens, policies) is for the scope `all`.
      let query = reader
        .selectFrom('audit')
        .selectAll()
        .where(scoped(principal.scope, 'home', 'audit.home'))
        .orderBy('seq', 'desc')
        .limit(limit + 1);
      if (actor !== undefined) query = query.where('actor', '=', actor);
      if (entity !== undefined) query = query.where('entity', '=', entity);
      if (id !== undefined) query = query.where('entity_id', '=', id);
      if (home !== undefined) query = query.where('home', '=', home);
      if (from !== undefined) query = query.where('at', '>=', instantOfQuery(from));
      if (to !== undefined) query = query.where('at', '<', instantOfQuery(to));
      const before = readNumberCursor(after);
      if (before !== null) query = query.where('seq', '<', before);
      const { items, next } = cutPage(await query.execute(), limit, (row) => String(row.seq));
      // One line for the look, by its span: with the lines themselves every look would make the next one longer.
      const [newest, oldest] = [items[0]?.seq, items.at(-1)?.seq];
      if (newest !== undefined) await views.seen(principal, { entity: 'audit', ids: [`${oldest}-${newest}`], home: home ?? null });
      return {
        items: items.map(({ entity_id: entityId, detail, ...row }) => ({
          ...row,
          entityId,
          detail: z.record(z.string(), z.unknown()).parse(JSON.parse(detail)),
        })),
        next,
      };
    },
  });
};
