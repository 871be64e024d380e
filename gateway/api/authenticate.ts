import type { FastifyReply, FastifyRequest } from 'fastify';
import { CarebedFailure } from '../../domain/failure.ts';
import type { Principal } from '../../domain/scope.ts';
import type { AccessTokens } from '../people/access-tokens.ts';
import type { Api, ApiSettings } from './parts.ts';
import { mayDo, type Permission, sharedWrites } from './permissions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    bearer: Principal | null;
  }
  interface FastifyContextConfig {
    /** What the caller must be allowed to do; `public` asks for no token. Every route of the API names one. */
    permission?: Permission | 'public';
  }
}

/** The caller of a route that asks for a token. */
export const principalOf = (request: FastifyRequest): Principal => {
  if (request.bearer === null) throw new CarebedFailure('token-required', 'a token is needed', { status: 401 });
  return request.bearer;
};

const bearerOf = (request: FastifyRequest): string | null => /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;

/** Signs every request in, refuses what its role or scope may not do, and slows guessing and flooding. */
export const authenticate = (app: Api, tokens: AccessTokens, settings: ApiSettings): void => {
  const minute = 60_000;
  const guesses = app.createRateLimit({
    max: settings.wrongTokensPerMinute,
    timeWindow: minute,
    keyGenerator: (request) => `wrong:${request.ip}`,
  });
  const usual = app.createRateLimit({
    max: settings.requestsPerMinute,
    timeWindow: minute,
    keyGenerator: (request) => `token:${request.bearer?.token ?? request.ip}`,
  });
  // A bucket of its own: whoever has used up the first can still take an alarm.
  const onAlarms = app.createRateLimit({
    max: settings.alarmRequestsPerMinute,
    timeWindow: minute,
    keyGenerator: (request) => `alarm:${request.bearer?.token ?? request.ip}`,
  });

  const slow = async (limit: ReturnType<Api['createRateLimit']>, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const verdict = await limit(request);
    if (verdict.isAllowed || !verdict.isExceeded) return;
    reply.header('retry-after', String(verdict.ttlInSeconds));
    throw new CarebedFailure('too-many-requests', 'too many requests', { status: 429 });
  };

  app.decorateRequest('bearer', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.permission === undefined && route.schema?.hide !== true && route.url.startsWith('/api/')) {
      throw new CarebedFailure('route-without-permission', `${String(route.method)} ${route.url} names no permission`);
    }
  });
  app.addHook('onRequest', async (request, reply) => {
    const permission = request.routeOptions.config.permission;
    if (permission === undefined || permission === 'public') return;
    const text = bearerOf(request);
    if (text === null) throw new CarebedFailure('token-required', 'a token is needed', { status: 401 });
    const principal = await tokens.principalOf(text);
    if (principal === null) {
      await slow(guesses, request, reply);
      throw new CarebedFailure('token-wrong', 'the token is not good', { status: 401 });
    }
    request.bearer = principal;
    await slow(permission === 'alarm.act' || permission === 'alarm.read' ? onAlarms : usual, request, reply);
    if (!mayDo(principal.role, permission)) throw new CarebedFailure('role-may-not', 'not for this role', { status: 403 });
    if (principal.scope !== 'all' && sharedWrites.includes(permission)) {
      throw new CarebedFailure('scope-too-narrow', 'not for a narrow scope', { status: 403 });
    }
  });
};
