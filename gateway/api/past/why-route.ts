import { z } from 'zod';
import { whyAnswerSchema } from '../../../domain/explanation.ts';
import { bedIdSchema } from '../../../domain/ids.ts';
import { instant } from '../../../domain/instant.ts';
import { principalOf } from '../authenticate.ts';
import { callerLanguage } from '../caller-language.ts';
import { instantOfQuery, timeInQuery } from '../page-of.ts';
import type { Api, ApiParts } from '../parts.ts';
import { notFound, problemAnswers } from '../problem.ts';
import { definitionOf } from '../records/definition.ts';
import { findRecord } from '../records/read-records.ts';
import type { ViewAudit } from '../view-audit.ts';

/** Why an alarm, and why none: every rule of a bed at an instant, with what decided and what was still missing. */
export const whyRoute = (app: Api, { reader, past, clock }: ApiParts, views: ViewAudit): void => {
  app.route({
    method: 'GET',
    url: '/api/beds/:id/why',
    config: { permission: 'why.read' },
    schema: {
      tags: ['replays'],
      summary: 'Why this alarm, or why none: how each rule stood, in words (Accept-Language) and as data',
      params: z.strictObject({ id: bedIdSchema }),
      querystring: z.strictObject({
        at: timeInQuery.optional().describe('Absent: now.'),
        days: z.coerce.number().int().min(1).max(31).default(8).describe('How many days before that are looked at.'),
      }),
      response: { 200: whyAnswerSchema, ...problemAnswers },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const bed = await findRecord(reader, definitionOf('bed'), principal.scope, request.params.id);
      if (bed === null) throw notFound();
      await views.seen(principal, { entity: 'why', ids: [request.params.id], home: bed.home });
      const at = request.query.at === undefined ? clock.now() : instant(Math.min(instantOfQuery(request.query.at), clock.now()));
      const language = callerLanguage(request.headers['accept-language']);
      return past.why({ bed: request.params.id, at, days: request.query.days, language });
    },
  });
};
