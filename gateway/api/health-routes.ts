import { z } from 'zod';
import type { Api, ApiParts } from './parts.ts';
import { problemAnswers } from './problem.ts';

const readySchema = z.strictObject({ ready: z.boolean(), reasons: z.array(z.string()) });

/** /livez: the process answers. /readyz: it does its work, or why not. /metrics: for Prometheus. */
export const healthRoutes = (app: Api, { health, metrics, settings }: ApiParts): void => {
  app.route({
    method: 'GET',
    url: '/livez',
    config: { permission: 'public' },
    schema: {
      tags: ['health'],
      summary: 'The process answers',
      security: [],
      response: { 200: z.strictObject({ live: z.literal(true) }) },
    },
    handler: () => Promise.resolve({ live: true as const }),
  });
  app.route({
    method: 'GET',
    url: '/readyz',
    config: { permission: 'public' },
    schema: {
      tags: ['health'],
      summary: 'The gateway does its work, or why not',
      security: [],
      response: { 200: readySchema, 503: readySchema },
    },
    handler: async (_request, reply) => {
      const { ready, reasons } = health.ready();
      return reply.code(ready ? 200 : 503).send({ ready, reasons: [...reasons] });
    },
  });
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { permission: settings.openMetrics ? 'public' : 'metrics.read' },
    schema: {
      tags: ['health'],
      summary: 'Figures for Prometheus',
      response: { 200: { description: 'Prometheus text', content: { 'text/plain': { schema: z.string() } } }, ...problemAnswers },
    },
    handler: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()),
  });
};
