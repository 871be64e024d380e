import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccessRole, accessRoles } from '../../domain/scope.ts';
import { createAnswerContract } from './answer-contract.ts';
import { type ApiHarness, startApi } from './api-harness.ts';

const letters: Readonly<Record<string, AccessRole>> = { a: 'administrator', s: 'supervisor', o: 'operator', i: 'installer', v: 'viewer' };

/** Who may do what, written out here once more by hand: a(dministrator) s(upervisor) o(perator) i(nstaller) v(iewer). `-`: no token needed. */
const expected: Readonly<Record<string, string>> = {
  'GET /api/districts': 'asoiv',
  'GET /api/districts/{id}': 'asoiv',
  'PUT /api/districts/{id}': 'a',
  'DELETE /api/districts/{id}': 'a',
  'GET /api/providers': 'asoiv',
  'GET /api/providers/{id}': 'asoiv',
  'PUT /api/providers/{id}': 'a',
  'DELETE /api/providers/{id}': 'a',
  'GET /api/homes': 'asoiv',
  'GET /api/homes/{id}': 'asoiv',
  'PUT /api/homes/{id}': 'as',
  'DELETE /api/homes/{id}': 'as',
  'GET /api/beds': 'asoiv',
  'GET /api/beds/{id}': 'asoiv',
  'PUT /api/beds/{id}': 'asi',
  'DELETE /api/beds/{id}': 'asi',
  'GET /api/residents': 'aso',
  'GET /api/residents/{id}': 'aso',
  'GET /api/residents/{id}/history': 'aso',
  'PUT /api/residents/{id}': 'as',
  'DELETE /api/residents/{id}': 'as',
  'GET /api/devices': 'asoiv',
  'GET /api/devices/{id}': 'asoiv',
  'PUT /api/devices/{id}': 'asi',
  'DELETE /api/devices/{id}': 'asi',
  'GET /api/people': 'aso',
  'GET /api/people/{id}': 'aso',
  'PUT /api/people/{id}': 'as',
  'DELETE /api/people/{id}': 'as',
  'GET /api/contacts': 'aso',
  'GET /api/contacts/{id}': 'aso',
  'PUT /api/contacts/{id}': 'as',
  'DELETE /api/contacts/{id}': 'as',
  'GET /api/rosters': 'aso',
  'GET /api/rosters/{id}': 'aso',
  'GET /api/rosters/{id}/history': 'aso',
  'PUT /api/rosters/{id}': 'as',
  'DELETE /api/rosters/{id}': 'as',
  'GET /api/policies': 'asoiv',
  'GET /api/policies/{id}': 'asoiv',
  'GET /api/policies/{id}/history': 'asoiv',
  'PUT /api/policies/{id}': 'as',
  'DELETE /api/policies/{id}': 'as',
  'GET /api/profiles': 'asoiv',
  'GET /api/profiles/{id}': 'asoiv',
  'GET /api/profiles/{id}/history': 'asoiv',
  'PUT /api/profiles/{id}': 'as',
  'DELETE /api/profiles/{id}': 'as',
  'POST /api/devices': 'asi',
  'POST /api/devices/{id}/secret': 'asi',
  'GET /api/waiting-devices': 'asoiv',
  'POST /api/waiting-devices/place': 'asi',
  'GET /api/device-models': 'asoiv',
  'POST /api/device-models/try': 'asoiv',
  'POST /api/import': 'as',
  'GET /api/alarms': 'asoiv',
  'GET /api/alarms/{id}': 'asoiv',
  'POST /api/alarms/{id}/acts': 'aso',
  'GET /api/cases/{id}': 'asoiv',
  'GET /api/events': 'asoiv',
  'GET /api/beds/{id}/telemetry': 'asoiv',
  'GET /api/devices/{id}/telemetry': 'asoiv',
  'GET /api/devices/{id}/last': 'asoiv',
  'GET /api/homes/{id}/last': 'asoiv',
  'GET /api/rosters/{id}/on-duty': 'aso',
  'PUT /api/beds/{id}/resident-state': 'asoi',
  'POST /api/replays': 'aso',
  'GET /api/replays/{id}': 'aso',
  'DELETE /api/replays/{id}': 'aso',
  'GET /api/beds/{id}/why': 'asoi',
  'GET /api/shadow-alarms': 'aso',
  'GET /api/beds/{id}/shadow': 'aso',
  'GET /api/rejections': 'asi',
  'GET /api/audit': 'as',
  'GET /api/tokens': 'a',
  'POST /api/tokens': 'a',
  'DELETE /api/tokens/{id}': 'a',
  'GET /api/me': 'asoiv',
  'GET /api/gateway': 'asoiv',
  'POST /api/backups': 'a',
  'GET /api/backups': 'a',
  'GET /api/backups/{name}': 'a',
  'GET /livez': '-',
  'GET /readyz': '-',
  'GET /metrics': 'asoiv',
};

let api: ApiHarness;
const tokens = new Map<AccessRole, string>();
let routes: readonly string[];
beforeAll(async () => {
  api = await startApi();
  routes = createAnswerContract(api.app.swagger()).routes;
  for (const role of accessRoles) tokens.set(role, await api.token(role));
});
afterAll(() => api.close());

/** A request that gets past no schema, so that being allowed shows without doing anything. */
const ask = (route: string, token: string | null) => {
  const [method = '', path = ''] = route.split(' ');
  const url = path.replaceAll(/\{[^}]+\}/g, 'nobody-has-this-id') + (method === 'GET' ? '?no-such-parameter=1' : '');
  const body = method === 'GET' || method === 'DELETE' || path === '/api/backups' ? {} : { body: { 'no-such-field': true } };
  return api.call<{ code: string }>(method as 'GET', url, { token, ...body });
};

describe('permissions', () => {
  test('every route is in the table, and the table has no route that is not there', () => {
    expect([...routes].toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test('every route asks for a token, and refuses one that was made up', async () => {
    for (const route of routes.filter((name) => expected[name] !== '-')) {
      expect([route, (await ask(route, null)).body.code]).toEqual([route, 'token-required']);
    }
    expect((await ask('GET /api/homes', `cb_${'0'.repeat(16)}_${'A'.repeat(43)}`)).status).toBe(401);
    expect((await ask('GET /api/homes', 'nonsense')).status).toBe(401);
  });

  test('every role may do on every route what the table says, and nothing else', async () => {
    const wrong: string[] = [];
    for (const route of routes) {
      const who = expected[route] ?? '';
      // A stream that is allowed does not end; its own test opens it.
      if (who === '-' || route === 'GET /api/events') continue;
      for (const [letter, role] of Object.entries(letters)) {
        const { status, body } = await ask(route, tokens.get(role) ?? null);
        const refused = status === 403 && body.code === 'role-may-not';
        if (refused === who.includes(letter) || status === 401 || status >= 500) wrong.push(`${role}: ${route} → ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('what belongs to no home is changed by nobody whose scope is narrow', async () => {
    const scope = { districts: [], providers: [], homes: [] };
    for (const [role, route] of [
      ['supervisor', 'PUT /api/rosters/{id}'],
      ['supervisor', 'PUT /api/policies/{id}'],
      ['supervisor', 'DELETE /api/profiles/{id}'],
      ['administrator', 'POST /api/tokens'],
      ['administrator', 'POST /api/backups'],
    ] as const) {
      const { body } = await ask(route, await api.token(role, scope));
      expect([route, body.code]).toEqual([route, 'scope-too-narrow']);
    }
  });

  test('a token that has expired or was revoked opens nothing from that moment', async () => {
    const soon = await api.call<{ token: string }>('POST', '/api/tokens', {
      body: { name: 'past', role: 'viewer', scope: 'all', expiresAt: Date.now() - 1 },
    });
    expect((await api.call('GET', '/api/me', { token: soon.body.token })).status).toBe(401);
    const made = await api.call<{ id: string; token: string }>('POST', '/api/tokens', {
      body: { name: 'x', role: 'viewer', scope: 'all' },
    });
    expect((await api.call('GET', '/api/me', { token: made.body.token })).status).toBe(200);
    expect((await api.call('DELETE', `/api/tokens/${made.body.id}`)).status).toBe(204);
    expect((await api.call('GET', '/api/me', { token: made.body.token })).status).toBe(401);
  });

  test('installers and lookers-on see a home without its door code and phone', async () => {
    await api.put('districts', { id: 'd', name: 'd' });
    await api.put('providers', { id: 'p', name: 'p', district: 'd' });
    await api.put('homes', { id: 'h', name: 'h', provider: 'p', access: 'code 4711', phone: '0391-1' });
    for (const [role, sees] of [
      ['operator', true],
      ['installer', false],
      ['viewer', false],
    ] as const) {
      for (const path of ['/api/homes/h', '/api/homes']) {
        const { text } = await api.call('GET', path, { token: tokens.get(role) ?? null });
        expect([role, path, text.includes('4711')]).toEqual([role, path, sees]);
      }
    }
  });
});
