import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiHarness, furnish, staff, startApi } from './api-harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await startApi();
  await furnish(api, 'a');
  await staff(api);
});
afterAll(() => api.close());

describe('records', () => {
  test('a record that was put is there, with its version as ETag', async () => {
    const got = await api.call<{ address: string }>('GET', '/api/homes/home-a');
    expect(got.status).toBe(200);
    expect(got.body.address).toBe('胜利路 a 号');
    expect(got.headers['etag']).toBe('"1"');
  });

  test('If-Match keeps two people from overwriting each other', async () => {
    const body = { id: 'bed-b', home: 'home-a', name: '里屋' };
    await api.put('beds', body);
    const first = await api.call('PUT', '/api/beds/bed-b', { body: { ...body, name: '外屋' }, headers: { 'if-match': '"1"' } });
    expect([first.status, first.headers['etag']]).toEqual([200, '"2"']);
    const second = await api.call<{ code: string }>('PUT', '/api/beds/bed-b', { body, headers: { 'if-match': '"1"' } });
    expect([second.status, second.body.code]).toEqual([412, 'record-changed']);
  });

  test('a press becomes an alarm', async () => {
    await api.says('button-a', { button: 'press' }, 'p1');
    const list = await api.call<{ items: { id: string }[] }>('GET', '/api/alarms');
    expect(list.text).toContain('alarm-1');
    const detail = await api.call('GET', '/api/alarms/alarm-1');
    expect(detail.status, detail.text).toBe(200);
  });
});
