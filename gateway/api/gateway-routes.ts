import { z } from 'zod';
import type { Api, ApiParts } from './parts.ts';
import { problemAnswers } from './problem.ts';

const port = z.number().int().nullable();

/** GET /api/gateway: how this gateway is reached, for pages and tools that tell people so. */
export const gatewayRoutes = (app: Api, { settings, clock, deviceModels }: ApiParts): void => {
  app.route({
    method: 'GET',
    url: '/api/gateway',
    config: { permission: 'self.read' },
    schema: {
      tags: ['gateway'],
      summary: 'How people and devices reach this gateway, and its clock',
      response: {
        200: z.strictObject({
          publicUrl: z.string(),
          broker: z.strictObject({ host: z.string(), mqtt: port, mqtts: port }),
          now: z.number().int(),
          deviceModels: z.array(z.string()),
        }),
        ...problemAnswers,
      },
    },
    handler: async () => {
      const { host, mqtt, mqtts } = settings.broker;
      return { publicUrl: settings.publicUrl, broker: { host, mqtt, mqtts }, deviceModels: [...deviceModels], now: clock.now() };
    },
  });
};
