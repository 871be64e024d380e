import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { CarebedFailure } from '../../../domain/failure.ts';
import { days } from '../../../domain/instant.ts';
import { replayReportSchema } from '../../../domain/replay.ts';
import { createReplayJobs, type ReplayJob } from '../../replay/jobs.ts';
import { mostReplayDays, replayRequestSchema } from '../../replay/question.ts';
import { principalOf } from '../authenticate.ts';
import type { Api, ApiParts } from '../parts.ts';
import { notFound, problemAnswers } from '../problem.ts';
import { definitionOf } from '../records/definition.ts';
import { findRecord } from '../records/read-records.ts';
import type { ViewAudit } from '../view-audit.ts';

const jobSchema = z.strictObject({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  startedAt: z.number().int(),
  request: replayRequestSchema,
  /** How far it has come: the time in the history, and how many readings. */
  progress: z.strictObject({ at: z.number(), readings: z.number() }).nullable(),
  report: replayReportSchema.nullable(),
  failure: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});
const answerOf = ({ id, state, startedAt, request, progress, report, failure }: ReplayJob): z.infer<typeof jobSchema> => ({
  id,
  state,
  startedAt,
  request,
  progress,
  report,
  failure,
});
const idParams = z.strictObject({ id: z.string().max(64) });

/** Trying a care profile on a bed's own past. It runs in the background, changes nothing and tells nobody. */
export const replayRoutes = (app: Api, { reader, past, clock }: ApiParts, views: ViewAudit): void => {
  const jobs = createReplayJobs(past, clock, randomUUID);

  app.route({
    method: 'POST',
    url: '/api/replays',
    config: { permission: 'replay.run' },
    schema: {
      tags: ['replays'],
      summary: 'Replay a bed: the alarms that the numbers in force, another profile or other numbers would have raised',
      body: replayRequestSchema,
      response: { 202: jobSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { body } = request;
      if (body.from >= body.to) throw new CarebedFailure('replay-span-invalid', 'from must lie before to', { status: 400 });
      if (body.to - body.from > days(mostReplayDays)) {
        throw new CarebedFailure('replay-span-invalid', `a replay spans at most ${mostReplayDays} days`, { status: 400 });
      }
      const bed = await findRecord(reader, definitionOf('bed'), principal.scope, body.bed);
      if (bed === null) throw notFound();
      await views.seen(principal, { entity: 'replay', ids: [body.bed], home: bed.home });
      reply.code(202);
      return answerOf(jobs.start(body, principal.token));
    },
  });

  app.route({
    method: 'GET',
    url: '/api/replays/:id',
    config: { permission: 'replay.run' },
    schema: {
      tags: ['replays'],
      summary: 'How far a replay has come, and its report',
      params: idParams,
      querystring: z.strictObject({}),
      response: { 200: jobSchema, ...problemAnswers },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const job = jobs.find(request.params.id, principal.token);
      // The bed may have left the caller's scope meanwhile.
      if (job === undefined || (await findRecord(reader, definitionOf('bed'), principal.scope, job.request.bed)) === null) throw notFound();
      return answerOf(job);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/api/replays/:id',
    config: { permission: 'replay.run' },
    schema: { tags: ['replays'], summary: 'End and forget a replay', params: idParams, response: { 204: z.null(), ...problemAnswers } },
    handler: async (request, reply) => {
      if (!jobs.end(request.params.id, principalOf(request).token)) throw notFound();
      reply.code(204);
      return null;
    },
  });
};
