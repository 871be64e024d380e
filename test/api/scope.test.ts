import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAnswerContract } from './answer-contract.ts';
import { type ApiHarness, furnish, staff, startApi } from './api-harness.ts';

let api: ApiHarness;
let routes: readonly string[];
/** Administrators (so that only the scope stands in their way) who see district-near by its three names. */
const near: string[] = [];

beforeAll(async () => {
  api = await startApi();
  routes = createAnswerContract(api.app.swagger()).routes;
  await staff(api);
  for (const name of ['near', 'far']) {
    await furnish(api, name);
    await api.says(`button-${name}`, { button: 'press' }, 'p');
  }
  const none = { districts: [], providers: [], homes: [] };
  for (const scope of [
    { ...none, districts: ['district-near'] },
    { ...none, providers: ['provider-near'] },
    { ...none, homes: ['home-near'] },
  ]) {
    near.push(await api.token('administrator', scope as never));
  }
});
afterAll(() => api.close());

/** What `{id}` is on each route, for one of the two homes. */
const ids = (path: string, name: 'near' | 'far'): string | null => {
  const kinds: Readonly<Record<string, string>> = {
    districts: `district-${name}`,
    providers: `provider-${name}`,
    homes: `home-${name}`,
    beds: `bed-${name}`,
    residents: `resident-${name}`,
    devices: `button-${name}`,
    people: `daughter-${name}`,
    contacts: `contact-${name}`,
    alarms: name === 'near' ? 'alarm-1' : 'alarm-2',
    cases: name === 'near' ? 'alarm-1' : 'alarm-2',
  };
  return kinds[path.split('/')[2] ?? ''] ?? null;
};
const scopedRoutes = (method: string): string[] =>
  routes
    .filter((route) => route.startsWith(`${method} `) && route.includes('{') && ids(route.split(' ')[1] ?? '', 'far') !== null)
    .map((route) => route.split(' ')[1] ?? '');
const fill = (path: string, name: 'near' | 'far'): string => path.replace('{id}', ids(path, name) ?? '');

describe('scope', () => {
  test('every list holds what lies inside the scope, and nothing of what does not', async () => {
    const lists = routes.filter((route) => route.startsWith('GET /api/') && !route.includes('{')).map((route) => route.split(' ')[1] ?? '');
    const tried = lists.filter((path) => path !== '/api/events' && path !== '/api/backups');
    expect(tried.length).toBeGreaterThan(14);
    for (const path of tried) {
      for (const token of near) {
        const { status, text } = await api.call('GET', path, { token });
        expect([path, status]).toEqual([path, 200]);
        expect([path, text.includes('-far')]).toEqual([path, false]);
      }
      const whole = await api.call('GET', path);
      const kind = path.split('/')[2] ?? '';
      if (ids(path, 'far') !== null && kind !== 'alarms') expect([path, whole.text.includes(ids(path, 'far') ?? '')]).toEqual([path, true]);
    }
    const mine = await api.call<{ items: { home: string }[] }>('GET', '/api/alarms', { token: near[0] ?? null });
    expect(mine.body.items.map(({ home }) => home)).toEqual(['home-near']);
  });

  test('every item outside the scope is not found, and the same item inside it is', async () => {
    const paths = scopedRoutes('GET');
    expect(paths.length).toBeGreaterThan(13);
    for (const path of paths) {
      for (const token of near) {
        const far = await api.call<{ code: string }>('GET', fill(path, 'far'), { token });
        expect([path, far.status, far.body.code]).toEqual([path, 404, 'not-found']);
        const inside = await api.call('GET', fill(path, 'near'), { token });
        expect([path, inside.status]).toEqual([path, 200]);
      }
    }
  });

  test('nothing outside the scope can be written, deleted or acted on', async () => {
    const [token = null] = near;
    const records = ['districts', 'providers', 'homes', 'beds', 'residents', 'devices', 'people', 'contacts'];
    for (const kind of records) {
      const path = fill(`/api/${kind}/{id}`, 'far');
      const { body } = await api.call<{ id: string }>('GET', path);
      const put = await api.call('PUT', path, { token, body });
      expect([kind, put.status]).toEqual([kind, 404]);
      const removed = await api.call('DELETE', path, { token });
      expect([kind, removed.status]).toEqual([kind, 404]);
      const row = await api.call('POST', '/api/import', {
        token,
        body: { record: path.split('/')[2]?.replace(/s$/, '').replace('people', 'person'), rows: [body] },
      });
      expect([kind, row.status, row.text]).toEqual([kind, 422, expect.stringContaining('rows[0]')]);
    }
    expect((await api.call('POST', '/api/alarms/alarm-2/acts', { token, body: { type: 'acknowledge' } })).status).toBe(404);
    expect((await api.call('POST', '/api/devices/button-far/secret', { token, body: {} })).status).toBe(404);
    const state = { value: 'away' };
    expect((await api.call('PUT', '/api/beds/bed-far/resident-state', { token, body: state })).status).toBe(404);
    expect((await api.call('PUT', '/api/beds/bed-near/resident-state', { token, body: state })).status).toBe(200);
  });

  test('nothing can be put under somebody else’s home, nor moved there', async () => {
    const [token = null] = near;
    const bed = await api.call<{ code: string }>('PUT', '/api/beds/new', { token, body: { id: 'new', home: 'home-far' } });
    expect([bed.status, bed.body.code]).toEqual([422, 'reference-unknown']);
    const moved = await api.call('PUT', '/api/beds/bed-near', { token, body: { id: 'bed-near', home: 'home-far' } });
    expect(moved.status).toBe(422);
    const device = await api.call('POST', '/api/devices', { token, body: { model: 'carebed', home: 'home-far' } });
    expect(device.status).toBe(422);
    const contact = { id: 'c', home: 'home-near', person: 'daughter-far' };
    expect((await api.call('PUT', '/api/contacts/c', { token, body: contact })).status).toBe(422);
  });
});
