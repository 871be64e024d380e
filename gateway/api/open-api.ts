import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

/** The head of the OpenAPI document. */
export const openApiInfo: NonNullable<FastifyDynamicSwaggerOptions['openapi']> = {
  openapi: '3.1.0',
  info: {
    title: 'Carebed',
    version: '1.0.0',
    description:
      'Beds, homes, people, devices, alarms and what can be done with them. Times are milliseconds since 1970-01-01T00:00:00Z (queries also take RFC 3339). ' +
      'Errors are RFC 9457 in the language of Accept-Language (zh-CN, en). What lies outside a token’s scope is not found (404). ' +
      'Live events: GET /api/events (server-sent events, resumable with Last-Event-ID).',
  },
  components: {
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'cb_<id>_<secret>; made with POST /api/tokens or `carebed token create`.' },
    },
  },
  security: [{ bearer: [] }],
};
