import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiHarness, furnish, startApi } from './api-harness.ts';

interface History {
  readonly versions: { version: number; why: string | null; actor: string; body: { numbers?: unknown } | null }[];
}

let api: ApiHarness;
beforeAll(async () => {
  api = await startApi();
  await furnish(api, 'a');
});
afterAll(() => api.close());

const put = (path: string, body: unknown, why?: string) =>
  api.call('PUT', path, { body, ...(why === undefined ? {} : { headers: { 'change-reason': encodeURIComponent(why) } }) });

test('every change of a care profile is kept: the numbers, who, and why in their own words', async () => {
  const profile = { id: 'careful', name: '谨慎', numbers: { outOfBed: { alarmMinutes: 20 } } };
  await put('/api/profiles/careful', profile);
  await put('/api/profiles/careful', { ...profile, numbers: { outOfBed: { alarmMinutes: 25 } } }, '家属要求，夜里起身慢');
  const { body } = await api.call<History>('GET', '/api/profiles/careful/history');
  expect(body.versions.map(({ version, why }) => [version, why])).toEqual([
    [2, '家属要求，夜里起身慢'],
    [1, null],
  ]);
  expect(body.versions.map((kept) => kept.body?.numbers)).toEqual([{ outOfBed: { alarmMinutes: 25 } }, { outOfBed: { alarmMinutes: 20 } }]);
});

test("a resident's own numbers have a history too, and looking at it is audited", async () => {
  const { body: resident } = await api.call<Record<string, unknown>>('GET', '/api/residents/resident-a');
  await put('/api/residents/resident-a', { ...resident, numbers: { batteryLow: { belowPercent: 30 } } }, 'slow to change batteries');
  const { body } = await api.call<History>('GET', '/api/residents/resident-a/history');
  expect(body.versions[0]).toMatchObject({ why: 'slow to change batteries' });
});

test('a reason that cannot be read is refused, and nothing is changed', async () => {
  const before = await api.call<History>('GET', '/api/profiles/careful/history');
  const refused = await api.call<{ code: string }>('PUT', '/api/profiles/careful', {
    body: { id: 'careful', name: '谨慎' },
    headers: { 'change-reason': '%E5%AE' },
  });
  expect([refused.status, refused.body.code]).toEqual([400, 'change-reason-unreadable']);
  expect((await api.call<History>('GET', '/api/profiles/careful/history')).body).toEqual(before.body);
});

test('one that was deleted and made again begins anew, with what was before it kept below', async () => {
  await put('/api/profiles/brief', { id: 'brief', name: '短' }, 'first');
  await api.call('DELETE', '/api/profiles/brief');
  await put('/api/profiles/brief', { id: 'brief', name: '短' }, 'again');
  const { body } = await api.call<History>('GET', '/api/profiles/brief/history');
  expect(body.versions.map(({ why, body: kept }) => [why, kept === null])).toEqual([
    ['again', false],
    [null, true],
    ['first', false],
  ]);
});
