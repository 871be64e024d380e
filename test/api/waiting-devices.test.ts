import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { homeIdSchema } from '../../domain/ids.ts';
import { openStore } from '../../gateway/store/open-store.ts';
import { join } from 'node:path';
import { type ApiHarness, furnish, startApi } from './api-harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await startApi();
  await furnish(api, 'a');
  await furnish(api, 'b');
  for (const name of ['a', 'b']) await api.put('devices', { id: `hub-${name}`, model: 'carebed', home: `home-${name}` });
  const db = openStore(join(api.folder, 'carebed.db'));
  const put = db.prepare(
    'INSERT INTO waiting_device (hub, name, says, model, heard, first_seen, last_seen, called_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  put.run('hub-a', 'sos button/bathroom', 'Tuya TS0601_sos', 'zigbee2mqtt-sos-button', 'state', 1, 5, null);
  put.run('hub-a', '0x02', null, null, 'state', 2, 4, 3);
  put.run('hub-b', '0x03', null, null, 'state', 2, 9, null);
  db.close();
});
afterAll(() => api.close());

interface Waiting {
  readonly items: { readonly hub: string; readonly name: string; readonly calledAt: number | null }[];
}
const names = ({ items }: Waiting): string[] => items.map(({ name }) => name);

describe('devices that wait to be placed', () => {
  test('are listed with who has called first, and only inside the scope', async () => {
    expect(names((await api.call<Waiting>('GET', '/api/waiting-devices')).body)).toEqual(['0x02', '0x03', 'sos button/bathroom']);
    expect(names((await api.call<Waiting>('GET', '/api/waiting-devices?hub=hub-b')).body)).toEqual(['0x03']);
    const token = await api.token('installer', { districts: [], providers: [], homes: [homeIdSchema.parse('home-b')] });
    expect(names((await api.call<Waiting>('GET', '/api/waiting-devices', { token })).body)).toEqual(['0x03']);
  });

  test("become devices of their hub's home under the hub's own name for them", async () => {
    const body = { hub: 'hub-a', name: 'sos button/bathroom', model: 'carebed', bed: 'bed-a', place: '卫生间' };
    const placed = await api.call<{ device: { id: string } }>('POST', '/api/waiting-devices/place', { body });
    expect(placed.status, placed.text).toBe(201);
    expect(placed.body.device).toMatchObject({
      home: 'home-a',
      bed: 'bed-a',
      hub: 'hub-a',
      hubName: 'sos button/bathroom',
      place: '卫生间',
    });
    expect(names((await api.call<Waiting>('GET', '/api/waiting-devices?home=home-a')).body)).toEqual(['0x02']);
  });

  test.each([
    ['outside the scope', { hub: 'hub-b', name: '0x03', model: 'carebed' }, true, 404, 'not-found'],
    ['that nobody has heard of', { hub: 'hub-a', name: 'nobody', model: 'carebed' }, false, 404, 'not-found'],
    ['as a model that nobody can read', { hub: 'hub-b', name: '0x03', model: 'nobody-makes-this' }, false, 422, 'device-model-unknown'],
  ])('are not placed %s', async (_, body, narrow, status, code) => {
    const token = narrow
      ? await api.token('installer', { districts: [], providers: [], homes: [homeIdSchema.parse('home-a')] })
      : undefined;
    const answer = await api.call<{ code: string }>('POST', '/api/waiting-devices/place', {
      body,
      ...(token === undefined ? {} : { token }),
    });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('device models', () => {
  test('say how they are connected and what is known to go wrong', async () => {
    const { body } = await api.call<{ items: { id: string; hub: boolean; child: boolean; connect: { en: string } | null }[] }>(
      'GET',
      '/api/device-models',
    );
    expect(body.items.length).toBeGreaterThan(50);
    const zigbee = body.items.find(({ id }) => id === 'zigbee2mqtt');
    expect(zigbee).toMatchObject({ hub: true, child: false });
    expect(zigbee?.connect?.en).toContain('base_topic is carebed/v1/');
  });

  test('are tried on a pasted message, which leaves no trace', async () => {
    const trial = {
      model: 'zigbee2mqtt',
      topic: 'carebed/v1/any/0x01',
      payload: '{"action":"emergency"}',
      child: 'zigbee2mqtt-sos-button',
    };
    const { body } = await api.call('POST', '/api/device-models/try', { body: trial });
    expect(body).toEqual({
      items: [{ type: 'facts', of: 'child', facts: { button: 'press' }, call: true, eventId: null, deviceAt: null }],
    });
    expect((await api.call<{ items: unknown[] }>('GET', '/api/alarms')).body.items).toEqual([]);
    const unknown = await api.call<{ code: string }>('POST', '/api/device-models/try', { body: { ...trial, model: 'none' } });
    expect([unknown.status, unknown.body.code]).toEqual([422, 'device-model-unknown']);
  });
});
