import { z } from 'zod';
import { alarmActSchema } from '../../../domain/alarm-act.ts';
import { alarmSchema, prioritySchema, ruleNameSchema } from '../../../domain/alarm.ts';
import { alarmIdSchema } from '../../../domain/ids.ts';
import { principalOf } from '../authenticate.ts';
import { commandFor, writeHeaders } from '../commands.ts';
import { cutPage, instantOfQuery, pageQuery, readNumberCursor, timeInQuery } from '../page-of.ts';
import type { Api, ApiParts } from '../parts.ts';
import { notFound, problemAnswers } from '../problem.ts';
import type { ViewAudit } from '../view-audit.ts';
import { alarmDetailSchema } from './alarm-answer.ts';
import { findAlarm, listAlarms, readAlarmDetail, streamPosition } from './read-alarms.ts';

const states = ['unacknowledged', 'acknowledged', 'returned-unacknowledged', 'shelved', 'suppressed', 'out-of-service', 'closed'] as const;
const listQuery = z.strictObject({
  open: z.enum(['true', 'false']).optional().describe('true: open alarms; false: closed ones.'),
  state: z.enum(states).optional(),
  priority: prioritySchema.optional(),
  rule: ruleNameSchema.optional(),
  home: z.string().max(64).optional(),
  bed: z.string().max(64).optional(),
  from: timeInQuery.optional().describe('Raised at or after.'),
  to: timeInQuery.optional().describe('Raised before.'),
  ...pageQuery,
});
const idParams = z.object({ id: alarmIdSchema });

/** Alarms, what became of them, and what people do with them. */
export const alarmRoutes = (app: Api, { reader, keeper }: ApiParts, views: ViewAudit): void => {
  app.route({
    method: 'GET',
    url: '/api/alarms',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['alarms'],
      summary: 'List alarms, newest first',
      querystring: listQuery,
      response: {
        200: z.strictObject({
          items: z.array(alarmSchema),
          next: z.string().nullable(),
          /** Follow GET /api/events from here (Last-Event-ID) and nothing is missed. */
          streamPosition: z.number().int(),
        }),
        ...problemAnswers,
      },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const { open, from, to, limit, after, ...rest } = request.query;
      const position = await streamPosition(reader);
      const found = await listAlarms(reader, principal.scope, {
        state: rest.state,
        priority: rest.priority,
        rule: rest.rule,
        home: rest.home,
        bed: rest.bed,
        case: undefined,
        open: open === undefined ? undefined : open === 'true',
        from: from === undefined ? undefined : instantOfQuery(from),
        to: to === undefined ? undefined : instantOfQuery(to),
        before: readNumberCursor(after),
        limit: limit + 1,
      });
      const { items, next } = cutPage(found, limit, ({ seq }) => String(seq));
      await views.seen(principal, { entity: 'alarm', ids: items.map(({ alarm }) => alarm.id), home: null, evenUnaudited: true });
      return { items: items.map(({ alarm }) => alarm), next, streamPosition: position };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/alarms/:id',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['alarms'],
      summary: 'An alarm with its log and whom it reached',
      params: idParams,
      response: { 200: alarmDetailSchema, ...problemAnswers },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const detail = await readAlarmDetail(reader, principal.scope, request.params.id);
      if (detail === null) throw notFound();
      await views.seen(principal, { entity: 'alarm', ids: [detail.alarm.id], home: detail.alarm.home, evenUnaudited: true });
      return detail;
    },
  });

  app.route({
    method: 'POST',
    url: '/api/alarms/:id/acts',
    config: { permission: 'alarm.act' },
    schema: {
      tags: ['alarms'],
      summary: 'Do something with an alarm; answers with the alarm as it is then',
      params: idParams,
      headers: writeHeaders,
      body: alarmActSchema,
      response: { 200: alarmSchema, ...problemAnswers },
    },
    handler: async (request) => {
      const { scope } = principalOf(request);
      const alarm = await findAlarm(reader, scope, request.params.id);
      if (alarm === null) throw notFound();
      const audit = [{ action: request.body.type, entity: 'alarm', entityId: alarm.id, home: alarm.home, detail: {} }];
      const answer = await commandFor(keeper, request, { type: 'act-on-alarm', alarm: alarm.id, act: request.body }, audit);
      return answer.alarm ?? alarm;
    },
  });

  app.route({
    method: 'GET',
    url: '/api/cases/:id',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['alarms'],
      summary: 'Everything that belongs to one call for help, from the first signal to the disposition',
      params: idParams,
      response: { 200: z.strictObject({ case: alarmIdSchema, alarms: z.array(alarmDetailSchema) }), ...problemAnswers },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const { id } = request.params;
      const none = { open: undefined, state: undefined, priority: undefined, rule: undefined, home: undefined, bed: undefined };
      const found = await listAlarms(reader, principal.scope, {
        ...none,
        case: id,
        from: undefined,
        to: undefined,
        before: null,
        limit: 100,
      });
      const details = await Promise.all(found.toReversed().map(({ alarm }) => readAlarmDetail(reader, principal.scope, alarm.id)));
      const alarms = details.filter((detail) => detail !== null);
      const first = alarms[0];
      if (first === undefined) throw notFound();
      await views.seen(principal, { entity: 'case', ids: [id], home: first.alarm.home, evenUnaudited: true });
      return { case: id, alarms };
    },
  });
};
