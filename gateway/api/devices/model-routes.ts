import { z } from 'zod';
import { modelSummarySchema, modelTrialSchema, triedSchema } from '../../../domain/model-trial.ts';
import type { Api, ApiParts } from '../parts.ts';
import { problemAnswers } from '../problem.ts';

/** The device models in force, and what a pasted message would come to with one of them. */
export const modelRoutes = (app: Api, { modelTools }: ApiParts): void => {
  app.route({
    method: 'GET',
    url: '/api/device-models',
    config: { permission: 'device.read' },
    schema: {
      tags: ['devices'],
      summary: 'The device models in force: how each is connected, and what is known to go wrong',
      response: { 200: z.strictObject({ items: z.array(modelSummarySchema) }), ...problemAnswers },
    },
    handler: () => Promise.resolve({ items: [...modelTools.list()] }),
  });

  app.route({
    method: 'POST',
    url: '/api/device-models/try',
    config: { permission: 'device.read' },
    schema: {
      tags: ['devices'],
      summary: 'What a message would come to: facts, refusals, things left alone. Nothing is kept',
      body: modelTrialSchema,
      response: { 200: z.strictObject({ items: z.array(triedSchema) }), ...problemAnswers },
    },
    handler: (request) => Promise.resolve({ items: [...modelTools.try(request.body)] }),
  });
};
