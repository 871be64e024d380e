import { z } from 'zod';
import { residentSchema, residentStateSchema } from '../../domain/home.ts';
import { after, days, instant } from '../../domain/instant.ts';
import { rosterSchema } from '../../domain/people.ts';
import { principalOf } from './authenticate.ts';
import { commandFor, writeHeaders } from './commands.ts';
import { instantOfQuery, timeInQuery } from './page-of.ts';
import type { Api, ApiParts } from './parts.ts';
import { notFound, problemAnswers } from './problem.ts';
import { definitionOf } from './records/definition.ts';
import { findRecord, listRecords } from './records/read-records.ts';

const idParams = z.object({ id: z.string().max(64) });

/** Who is on duty, and where a resident is: what the desk and the installer change by the hour without touching a whole record. */
const stretchSchema = z.strictObject({ from: z.number().int(), to: z.number().int() });

export const careRoutes = (app: Api, { reader, keeper, clock, onDuty, gaps }: ApiParts): void => {
  app.route({
    method: 'GET',
    url: '/api/rosters/:id/on-duty',
    config: { permission: 'roster.read' },
    schema: {
      tags: ['rosters'],
      summary: 'Who is on duty, and when in the seven days after nobody is',
      params: idParams,
      querystring: z.strictObject({ at: timeInQuery.optional().describe('Absent: now.') }),
      response: {
        200: z.strictObject({ at: z.number().int(), people: z.array(z.string()), gaps: z.array(stretchSchema) }),
        ...problemAnswers,
      },
    },
    handler: async (request) => {
      const { scope } = principalOf(request);
      const kept = await findRecord(reader, definitionOf('roster'), scope, request.params.id);
      if (kept === null) throw notFound();
      const at = request.query.at === undefined ? clock.now() : instant(instantOfQuery(request.query.at));
      const roster = rosterSchema.parse(kept.body);
      return { at, people: [...onDuty(roster, at)], gaps: [...gaps(roster, at, after(at, days(7)))] };
    },
  });

  app.route({
    method: 'PUT',
    url: '/api/beds/:id/resident-state',
    config: { permission: 'resident-state.write' },
    schema: {
      tags: ['residents'],
      summary: 'Say where the resident of a bed is: it may quiet inactivity rules, never a button or a fall',
      params: idParams,
      headers: writeHeaders,
      body: residentStateSchema,
      response: { 200: residentStateSchema, ...problemAnswers },
    },
    handler: async (request) => {
      const { scope } = principalOf(request);
      const filter = { parents: { bed: request.params.id }, q: undefined, after: null, limit: 1 };
      const [kept] = await listRecords(reader, definitionOf('resident'), scope, filter);
      if (kept === undefined) throw notFound();
      const body = { ...residentSchema.parse(kept.body), state: request.body };
      const audit = [
        {
          action: 'set-state',
          entity: 'resident',
          entityId: kept.id,
          home: kept.home,
          detail: { state: request.body.value, until: request.body.until },
        },
      ];
      // Under the version that was read: somebody else's change of the record is not undone by this one.
      await commandFor(keeper, request, { type: 'put-record', row: { record: 'resident', body }, expectVersion: kept.version }, audit);
      return request.body;
    },
  });
};
