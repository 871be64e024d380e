import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { LogController } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { createAccessTokens } from '../people/access-tokens.ts';
import { alarmRoutes } from './alarms/alarm-routes.ts';
import { answerErrors } from './answer-errors.ts';
import { authenticate } from './authenticate.ts';
import { backupRoutes } from './backup-routes.ts';
import { careRoutes } from './care-routes.ts';
import { deviceRoutes } from './devices/device-routes.ts';
import { importRoutes } from './devices/import-routes.ts';
import { modelRoutes } from './devices/model-routes.ts';
import { waitingRoutes } from './devices/waiting-routes.ts';
import { gatewayRoutes } from './gateway-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { linkRoutes } from './link-page/link-routes.ts';
import { createLiveHub } from './live/live-hub.ts';
import { liveRoutes } from './live/live-routes.ts';
import { measureRequests, measureStreams } from './measure-requests.ts';
import { openApiInfo } from './open-api.ts';
import type { Api, ApiParts } from './parts.ts';
import { replayRoutes } from './past/replay-routes.ts';
import { shadowRoutes } from './past/shadow-routes.ts';
import { whyRoute } from './past/why-route.ts';
import { RequestRefused } from './problem.ts';
import { recordRoutes } from './records/record-routes.ts';
import { telemetryRoutes } from './telemetry-routes.ts';
import { tokenRoutes } from './token-routes.ts';
import { createViewAudit } from './view-audit.ts';

/** Largest body, in bytes; an import of 2,000 rows fits. */
const bodyLimit = 4 * 1_024 * 1_024;

/**
 * Everything that people and their programs reach over HTTP: `/api`, the pages behind the links in messages (`/a/…`), `/livez`, `/readyz`,
 * `/metrics`. The caller listens (`app.listen`) and closes it (`app.close`, which ends the live streams).
 */
export const createApi = async (parts: ApiParts): Promise<Api> => {
  const app: Api = Fastify({
    loggerInstance: parts.log,
    // Its lines would hold URLs, and those of links are secrets.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    trustProxy: parts.settings.trustProxy,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 100 },
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data) => {
    const result = schema.safeParse(data);
    return result.success ? { value: result.data } : { error: new RequestRefused(partName(httpPart), result.error) };
  });
  app.setSerializerCompiler(serializerCompiler);
  // Forms of the link's page; nothing else takes them.
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, text, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(text)))),
  );
  answerErrors(app);

  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    // Whether this name is reached by TLS alone is for the proxy or the operator to say.
    strictTransportSecurity: false,
  });
  await app.register(rateLimit, { global: false });
  await app.register(swagger, { openapi: openApiInfo, transform: jsonSchemaTransform });
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: docsPolicy, uiConfig: { deepLinking: true } });

  const tokens = createAccessTokens(parts);
  authenticate(app, tokens, parts.settings);
  measureRequests(app, parts.metrics);
  const views = createViewAudit({
    keeper: parts.keeper,
    clock: parts.clock,
    onLost: (entity) => app.log.error({ entity }, 'a view is not in the audit'),
  });

  app.route({
    method: 'GET',
    url: '/api/openapi.json',
    config: { permission: 'public' },
    schema: { hide: true },
    handler: (_request, reply) => reply.send(app.swagger()),
  });
  const hub = createLiveHub({
    ...parts,
    tokens,
    heartbeatMs: parts.settings.heartbeatMs,
    onCut: measureStreams(parts.metrics, () => hub.count()),
  });
  app.addHook('preClose', (done) => {
    hub.stop();
    done();
  });
  recordRoutes(app, parts, views);
  deviceRoutes(app, parts);
  waitingRoutes(app, parts);
  modelRoutes(app, parts);
  importRoutes(app, parts);
  alarmRoutes(app, parts, views);
  liveRoutes(app, parts, hub, views);
  telemetryRoutes(app, parts, views);
  careRoutes(app, parts);
  historyRoutes(app, parts, views);
  replayRoutes(app, parts, views);
  whyRoute(app, parts, views);
  shadowRoutes(app, parts, views);
  tokenRoutes(app, parts, tokens, hub.end);
  backupRoutes(app, parts);
  gatewayRoutes(app, parts);
  healthRoutes(app, parts);
  linkRoutes(app, parts);
  return app;
};

/** The documentation's page brings its own scripts and pictures, all from here. */
const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'";

const partName = (httpPart: string | undefined): string =>
  httpPart === 'querystring' ? 'query' : httpPart === 'headers' ? 'header' : (httpPart ?? 'body');
