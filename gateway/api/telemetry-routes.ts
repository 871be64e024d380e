import { z } from 'zod';
import { CarebedFailure } from '../../domain/failure.ts';
import { bedIdSchema, deviceIdSchema } from '../../domain/ids.ts';
import { days, instant } from '../../domain/instant.ts';
import { type ReadingKind, readingKindSchema, readingKinds } from '../../domain/reading.ts';
import type { Principal } from '../../domain/scope.ts';
import { type KindSeries, maxLastDevices, maxSeriesLimit, type TelemetrySubject } from '../telemetry/store.ts';
import { principalOf } from './authenticate.ts';
import { instantOfQuery, timeInQuery } from './page-of.ts';
import type { Api, ApiParts } from './parts.ts';
import { notFound, problemAnswers } from './problem.ts';
import { definitionOf } from './records/definition.ts';
import { findRecord, listRecords } from './records/read-records.ts';
import type { ViewAudit } from './view-audit.ts';

const dayMs = 86_400_000;
const value = z.union([z.number(), z.boolean(), z.string()]);
const window = z.union([
  z.strictObject({ from: z.number(), count: z.number(), last: z.number(), mean: z.number(), min: z.number(), max: z.number() }),
  z.strictObject({ from: z.number(), count: z.number(), last: z.boolean(), trueShare: z.number() }),
  z.strictObject({ from: z.number(), count: z.number(), last: z.string() }),
]);
const seriesSchema = z.union([
  z.strictObject({
    kind: readingKindSchema,
    form: z.literal('points'),
    points: z.array(z.strictObject({ at: z.number(), value })).readonly(),
    /** There were older readings than `limit` let through. */
    truncated: z.boolean(),
  }),
  z.strictObject({ kind: readingKindSchema, form: z.literal('windows'), windows: z.array(window).readonly() }),
]);
const lastSchema = z.strictObject({
  device: deviceIdSchema,
  /** When it last said anything in that time; null: nothing. */
  at: z.number().nullable(),
  values: z.array(z.strictObject({ kind: readingKindSchema, at: z.number(), value })),
});

const isKind = (text: string): text is ReadingKind => readingKindSchema.safeParse(text).success;
const seriesQuery = z.strictObject({
  kinds: z
    .string()
    .max(400)
    .refine((text) => text.split(',').every(isKind), {
      error: 'is not a reading kind; use one or more of those named in the documentation, with commas between',
    })
    .optional()
    .describe(`One or more of ${readingKinds.join(', ')}, with commas between; absent: all.`),
  from: timeInQuery.optional().describe('Absent: a day before `to`.'),
  to: timeInQuery.optional().describe('Absent: now.'),
  window: z.coerce
    .number()
    .int()
    .min(1)
    .max(31 * 86_400)
    .optional()
    .describe('Seconds to sum up in one window; absent: the readings themselves.'),
  limit: z.coerce.number().int().min(1).max(maxSeriesLimit).default(2_000),
});
const sinceQuery = z.strictObject({ since: timeInQuery.optional().describe('How far to look back; absent: a week.') });

/** What devices said: by bed, by device, and each device's last word. */
export const telemetryRoutes = (app: Api, { reader, telemetry, clock }: ApiParts, views: ViewAudit): void => {
  const series = async (of: TelemetrySubject, query: z.infer<typeof seriesQuery>): Promise<{ series: KindSeries[] }> => {
    const to = query.to === undefined ? clock.now() : instant(instantOfQuery(query.to));
    const from = query.from === undefined ? instant(Math.max(0, to - dayMs)) : instant(instantOfQuery(query.from));
    if (from >= to) throw new CarebedFailure('telemetry-query-invalid', 'from must lie before to', { status: 400 });
    const kinds = query.kinds === undefined ? readingKinds : query.kinds.split(',').filter(isKind);
    const windowMs = query.window === undefined ? null : query.window * 1_000;
    return { series: [...(await telemetry.series({ of, kinds, from, to, windowMs, limit: query.limit }))] };
  };
  const subjects = [
    { path: 'beds', record: 'bed', idSchema: bedIdSchema },
    { path: 'devices', record: 'device', idSchema: deviceIdSchema },
  ] as const;

  const look = async (principal: Principal, record: 'bed' | 'device', id: string): Promise<void> => {
    const kept = await findRecord(reader, definitionOf(record), principal.scope, id);
    if (kept === null) throw notFound();
    await views.seen(principal, { entity: `${record}-telemetry`, ids: [id], home: kept.home });
  };

  for (const { path, record } of subjects) {
    app.route({
      method: 'GET',
      url: `/api/${path}/:id/telemetry`,
      config: { permission: 'telemetry.read' },
      schema: {
        tags: ['telemetry'],
        summary: `History of one of the ${path}`,
        params: z.object({ id: z.string().max(64) }),
        querystring: seriesQuery,
        response: { 200: z.strictObject({ series: z.array(seriesSchema) }), ...problemAnswers },
      },
      handler: async (request) => {
        const { id } = request.params;
        await look(principalOf(request), record, id);
        return series(record === 'bed' ? { bed: bedIdSchema.parse(id) } : { device: deviceIdSchema.parse(id) }, request.query);
      },
    });
  }

  const last = async (devices: readonly string[], sinceText: string | undefined): Promise<z.infer<typeof lastSchema>[]> => {
    const ids = devices.map((id) => deviceIdSchema.parse(id));
    const since = sinceText === undefined ? instant(Math.max(0, clock.now() - days(7))) : instant(instantOfQuery(sinceText));
    const words = await telemetry.last({ devices: ids, since });
    return ids.map((device) => {
      const values = [...(words.get(device) ?? [])];
      return { device, at: values.length === 0 ? null : Math.max(...values.map(({ at }) => at)), values };
    });
  };

  app.route({
    method: 'GET',
    url: '/api/devices/:id/last',
    config: { permission: 'telemetry.read' },
    schema: {
      tags: ['telemetry'],
      summary: "A device's last word of each kind",
      params: z.object({ id: z.string().max(64) }),
      querystring: sinceQuery,
      response: { 200: lastSchema, ...problemAnswers },
    },
    handler: async (request) => {
      await look(principalOf(request), 'device', request.params.id);
      const [word] = await last([request.params.id], request.query.since);
      if (word === undefined) throw notFound();
      return word;
    },
  });

  app.route({
    method: 'GET',
    url: '/api/homes/:id/last',
    config: { permission: 'telemetry.read' },
    schema: {
      tags: ['telemetry'],
      summary: "The last words of a home's devices",
      params: z.object({ id: z.string().max(64) }),
      querystring: sinceQuery,
      response: { 200: z.strictObject({ devices: z.array(lastSchema) }), ...problemAnswers },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const { id } = request.params;
      const home = await findRecord(reader, definitionOf('home'), principal.scope, id);
      if (home === null) throw notFound();
      await views.seen(principal, { entity: 'home-telemetry', ids: [id], home: id });
      const filter = { parents: { home: id }, q: undefined, after: null, limit: maxLastDevices };
      const devices = await listRecords(reader, definitionOf('device'), principal.scope, filter);
      return {
        devices: await last(
          devices.map((device) => device.id),
          request.query.since,
        ),
      };
    },
  });
};
