import { z } from 'zod';
import { alarmEventSchema, alarmSchema } from '../../../domain/alarm.ts';
import { homeSchema } from '../../../domain/home.ts';
import { bedIdSchema, profileIdSchema } from '../../../domain/ids.ts';
import { days, instant } from '../../../domain/instant.ts';
import {
  alarmComparisonSchema,
  alarmFigures,
  alarmFiguresSchema,
  compareAlarms,
  type ReplayAlarm,
  replayAlarmSchema,
} from '../../../domain/replay.ts';
import { replayAlarmOf } from '../../../domain/replay-notes.ts';
import type { Scope } from '../../../domain/scope.ts';
import type { Reader } from '../../store/reader.ts';
import { principalOf } from '../authenticate.ts';
import { cutPage, instantOfQuery, pageOf, pageQuery, readNumberCursor, timeInQuery } from '../page-of.ts';
import type { Api, ApiParts } from '../parts.ts';
import { notFound, problemAnswers } from '../problem.ts';
import { definitionOf } from '../records/definition.ts';
import { findRecord } from '../records/read-records.ts';
import { scoped } from '../scoped.ts';
import type { ViewAudit } from '../view-audit.ts';

const shadowAlarmSchema = z.strictObject({ seq: z.number().int(), profile: profileIdSchema, alarm: replayAlarmSchema });
const sideSchema = z.strictObject({ figures: alarmFiguresSchema, alarms: z.array(replayAlarmSchema) });
/** Most alarms of a bed that are compared; a month of a bed that calls hourly. */
const mostCompared = 1_000;

const fromJson = (text: string): unknown => JSON.parse(text);

/** The alarms about a bed that were raised in that time, as a replay notes them. */
const reallyRaised = async (
  reader: Reader,
  scope: Scope,
  { bed, from, to }: { readonly bed: string; readonly from: number; readonly to: number },
): Promise<ReplayAlarm[]> => {
  const heads = await reader
    .selectFrom('alarm')
    .select(['id', 'body'])
    .where('bed', '=', bed)
    .where('raised_at', '>=', from)
    .where('raised_at', '<', to)
    .where(scoped(scope, 'home', 'alarm.home'))
    .orderBy('seq')
    .limit(mostCompared)
    .execute();
  if (heads.length === 0) return [];
  const ids = heads.map(({ id }) => id);
  const rows = await reader
    .selectFrom('alarm_event')
    .selectAll()
    .where('alarm', 'in', ids)
    .where('type', 'in', ['raised', 'raised-again', 'priority-raised', 'returned', 'cancelled'])
    .orderBy('seq')
    .execute();
  const logs = Map.groupBy(rows, ({ alarm }) => alarm);
  return heads.flatMap(({ id, body }) => {
    const log = (logs.get(id) ?? []).map(({ type, at, by, late_ms: lateMs, data }) =>
      alarmEventSchema.parse({ type, at, by: fromJson(by), lateMs, data: fromJson(data) }),
    );
    return replayAlarmOf(alarmSchema.parse(JSON.parse(body)), log) ?? [];
  });
};

/** What profiles in shadow would have raised, alone and beside what was raised. */
export const shadowRoutes = (app: Api, { reader, clock }: ApiParts, views: ViewAudit): void => {
  app.route({
    method: 'GET',
    url: '/api/shadow-alarms',
    config: { permission: 'shadow.read' },
    schema: {
      tags: ['replays'],
      summary: 'Alarms that profiles in shadow would have raised, newest first; nobody was told of them',
      querystring: z.strictObject({
        home: z.string().max(64).optional(),
        bed: z.string().max(64).optional(),
        profile: z.string().max(64).optional(),
        from: timeInQuery.optional(),
        to: timeInQuery.optional(),
        ...pageQuery,
      }),
      response: { 200: pageOf(shadowAlarmSchema), ...problemAnswers },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const { home, bed, profile, from, to, limit, after } = request.query;
      let query = reader
        .selectFrom('shadow_alarm')
        .select(['seq', 'profile', 'body'])
        .where(scoped(principal.scope, 'home', 'shadow_alarm.home'))
        .orderBy('seq', 'desc')
        .limit(limit + 1);
      if (home !== undefined) query = query.where('home', '=', home);
      if (bed !== undefined) query = query.where('bed', '=', bed);
      if (profile !== undefined) query = query.where('profile', '=', profile);
      if (from !== undefined) query = query.where('raised_at', '>=', instantOfQuery(from));
      if (to !== undefined) query = query.where('raised_at', '<', instantOfQuery(to));
      const before = readNumberCursor(after);
      if (before !== null) query = query.where('seq', '<', before);
      const { items, next } = cutPage(await query.execute(), limit, (row) => String(row.seq));
      await views.seen(principal, { entity: 'shadow-alarm', ids: items.map(({ seq }) => String(seq)), home: home ?? null });
      return {
        items: items.map((row) => ({
          seq: row.seq,
          profile: profileIdSchema.parse(row.profile),
          alarm: replayAlarmSchema.parse(JSON.parse(row.body)),
        })),
        next,
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/beds/:id/shadow',
    config: { permission: 'shadow.read' },
    schema: {
      tags: ['replays'],
      summary: 'What the profile in shadow on a bed would have raised, beside what was raised',
      params: z.strictObject({ id: bedIdSchema }),
      querystring: z.strictObject({
        from: timeInQuery.optional().describe('Absent: a week before `to`.'),
        to: timeInQuery.optional().describe('Absent: now.'),
      }),
      response: {
        200: z.strictObject({
          from: z.number().int(),
          to: z.number().int(),
          timeZone: z.string(),
          would: sideSchema,
          real: sideSchema,
          comparison: alarmComparisonSchema,
        }),
        ...problemAnswers,
      },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const { id } = request.params;
      const bed = await findRecord(reader, definitionOf('bed'), principal.scope, id);
      const home = bed?.home == null ? null : await findRecord(reader, definitionOf('home'), principal.scope, bed.home);
      if (bed === null || home === null) throw notFound();
      await views.seen(principal, { entity: 'shadow-alarm', ids: [id], home: home.id });
      const to = request.query.to === undefined ? clock.now() : instant(instantOfQuery(request.query.to));
      const from = request.query.from === undefined ? instant(Math.max(0, to - days(7))) : instant(instantOfQuery(request.query.from));
      const rows = await reader
        .selectFrom('shadow_alarm')
        .select('body')
        .where('bed', '=', id)
        .where('raised_at', '>=', from)
        .where('raised_at', '<', to)
        .where(scoped(principal.scope, 'home', 'shadow_alarm.home'))
        .orderBy('raised_at')
        .limit(mostCompared)
        .execute();
      const would = rows.map(({ body }) => replayAlarmSchema.parse(JSON.parse(body)));
      const real = await reallyRaised(reader, principal.scope, { bed: id, from, to });
      const { timeZone } = homeSchema.parse(home.body);
      const span = { from, to, beds: 1, timeZone };
      return {
        from,
        to,
        timeZone,
        would: { figures: alarmFigures(would, span), alarms: would },
        real: { figures: alarmFigures(real, span), alarms: real },
        comparison: compareAlarms(would, real),
      };
    },
  });
};
