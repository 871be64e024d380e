import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemWording } from '../../gateway/api/problem-wording.ts';
import { createAnswerContract } from './answer-contract.ts';
import { type ApiHarness, furnish, staff, startApi } from './api-harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await startApi();
  await furnish(api, 'a');
  await staff(api);
});
afterAll(() => api.close());

interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly errors: { where: string; wrong: string; right: string }[];
}

describe('errors', () => {
  test('are RFC 9457, say where and what would be right, in the language asked for', async () => {
    const body = {
      id: 'x y',
      name: '',
      levels: [
        { afterSeconds: 'soon', targets: [] },
        { afterSeconds: 0, targets: [{ type: 'roster' }] },
      ],
    };
    const zh = await api.call<ProblemBody>('PUT', '/api/policies/x', { body, headers: { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' } });
    expect([zh.status, zh.headers['content-type']]).toEqual([400, 'application/problem+json; charset=utf-8']);
    expect(zh.body).toMatchObject({ type: 'urn:carebed:problem:request-invalid', title: '请求有误', status: 400, code: 'request-invalid' });
    expect(zh.body.errors).toContainEqual({ where: 'body.levels[0].afterSeconds', wrong: '类型不对', right: '请给出数字' });
    expect(zh.body.errors).toContainEqual({ where: 'body.levels[1].targets[0].roster', wrong: '缺少', right: '请给出文字' });
    expect(zh.body.errors.find(({ where }) => where === 'body.id')?.right).toContain('请用 1 到 64 个字符');
    const en = await api.call<ProblemBody>('PUT', '/api/policies/x', { body, headers: { 'accept-language': 'en-GB' } });
    expect(en.body.errors).toContainEqual({ where: 'body.name', wrong: 'is too small', right: 'at least 1 characters' });
  });

  test('never quote what was sent', async () => {
    const secret = '王秘密13812345678';
    for (const [method, url, body] of [
      ['PUT', '/api/people/p', { id: 'p', name: secret, role: secret, channels: [{ channel: 'sms', phone: secret }] }],
      ['GET', `/api/alarms?state=${encodeURIComponent(secret)}`, undefined],
      ['GET', `/api/homes/${encodeURIComponent(secret)}`, undefined],
      ['POST', '/api/import', { record: 'person', rows: [{ id: secret, name: secret }] }],
    ] as const) {
      const { status, text } = await api.call(method, url, body === undefined ? {} : { body });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toContain('王秘密');
    }
  });

  test('every reason for which an act is refused has words in both languages', () => {
    const source = readFileSync(join(import.meta.dirname, '../../alerts/alarms/refusal.ts'), 'utf8');
    const codes = [...source.matchAll(/^ {2}'([a-z-]+)':/gm)].map((found) => found[1] ?? '');
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => problemWording[code] === undefined)).toEqual([]);
  });

  test('what is not JSON, too large, or nowhere is told as such', async () => {
    const json = { 'content-type': 'application/json' };
    expect((await api.call<ProblemBody>('PUT', '/api/beds/x', { body: '{oops', headers: json })).body.code).toBe('body-not-json');
    expect((await api.call<ProblemBody>('PUT', '/api/beds/x', { body: 'x', headers: { 'content-type': 'text/csv' } })).body.code).toBe(
      'body-not-json',
    );
    expect((await api.call<ProblemBody>('PUT', '/api/beds/x', { body: { id: 'x'.repeat(5_000_000) } })).body.code).toBe('body-too-large');
    expect((await api.call<ProblemBody>('GET', '/api/nowhere')).body).toMatchObject({ status: 404, code: 'not-found' });
  });

  test('a referenced record cannot be deleted, and a missing one not referred to', async () => {
    const used = await api.call<ProblemBody>('DELETE', '/api/homes/home-a');
    expect([used.status, used.body.code]).toEqual([409, 'record-in-use']);
    const lost = await api.call<ProblemBody>('PUT', '/api/beds/x', { body: { id: 'x', home: 'nowhere' } });
    expect([lost.status, lost.body.code]).toEqual([422, 'reference-unknown']);
  });

  test('a device whose messages nobody could read is not registered, by whatever way', async () => {
    const device = { id: 'strange', model: 'unheard-of', home: 'home-a' };
    const said = [
      await api.call<ProblemBody>('POST', '/api/devices', { body: device }),
      await api.call<ProblemBody>('PUT', '/api/devices/strange', { body: device }),
      await api.call<ProblemBody>('POST', '/api/import', { body: { record: 'device', rows: [device] } }),
    ];
    expect(said.map(({ status, body }) => [status, body.code])).toEqual([
      [422, 'device-model-unknown'],
      [422, 'device-model-unknown'],
      [422, 'rows-invalid'],
    ]);
    expect((await api.call('GET', '/api/devices/strange')).status).toBe(404);
  });

  test('while the store refuses, nothing is taken, and that is said', async () => {
    api.refuseWrites(true);
    const put = await api.call<ProblemBody>('PUT', '/api/beds/y', { body: { id: 'y', home: 'home-a' } });
    expect([put.status, put.body.code]).toEqual([503, 'store-unavailable']);
    // Alarms are still shown; personal records, which must leave a trace, are not.
    expect((await api.call('GET', '/api/alarms')).status).toBe(200);
    expect((await api.call('GET', '/api/contacts/contact-a')).status).toBe(503);
    expect((await api.call('GET', '/readyz')).status).toBe(503);
    api.refuseWrites(false);
    expect((await api.call('GET', '/readyz')).body).toEqual({ ready: true, reasons: [] });
    expect((await api.call('GET', '/livez', { token: null })).status).toBe(200);
  });
});

describe('Idempotency-Key', () => {
  test('the same request under the same key is done once and answered alike', async () => {
    await api.says('button-a', { button: 'press' }, 'idem');
    const open = await api.call<{ items: { id: string }[] }>('GET', '/api/alarms?open=true');
    const acts = `/api/alarms/${open.body.items[0]?.id}/acts`;
    const note = { body: { type: 'note', text: '已电话联系' }, headers: { 'idempotency-key': 'key-1' } };
    const first = await api.call('POST', acts, note);
    const second = await api.call('POST', acts, note);
    expect([first.status, second.status]).toEqual([200, 200]);
    const { body } = await api.call<{ log: { type: string }[] }>('GET', acts.replace('/acts', ''));
    expect(body.log.filter(({ type }) => type === 'noted')).toHaveLength(1);
    const other = await api.call<ProblemBody>('POST', acts, { ...note, body: { type: 'note', text: '另一条' } });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  test('a made secret is not given twice', async () => {
    const request = { body: { model: 'carebed', home: 'home-a' }, headers: { 'idempotency-key': 'device-1' } };
    const first = await api.call<{ secret: string }>('POST', '/api/devices', request);
    expect(first.body.secret).toHaveLength(43);
    expect(first.headers['cache-control']).toBe('no-store');
    const again = await api.call<ProblemBody>('POST', '/api/devices', request);
    expect([again.status, again.body.code]).toEqual([409, 'secret-already-given']);
  });

  test('If-None-Match: * creates and never replaces', async () => {
    const request = { body: { id: 'only', home: 'home-a' }, headers: { 'if-none-match': '*' } };
    expect((await api.call('PUT', '/api/beds/only', request)).status).toBe(201);
    expect((await api.call<ProblemBody>('PUT', '/api/beds/only', request)).body).toMatchObject({ status: 412, code: 'record-exists' });
    expect((await api.call('DELETE', '/api/beds/only', { headers: { 'if-match': '"9"' } })).status).toBe(412);
    expect((await api.call('DELETE', '/api/beds/only', { headers: { 'if-match': '"1"' } })).status).toBe(204);
  });
});

describe('audit', () => {
  const linesOf = async (
    query: string,
  ): Promise<{ action: string; entity: string; entityId: string; home: string | null; actor: string }[]> =>
    (await api.call<{ items: never[] }>('GET', `/api/audit?${query}`)).body.items;

  test('every view of a resident, a person, a contact or a home is written down before it is shown', async () => {
    const token = await api.token('supervisor');
    const { body: me } = await api.call<{ token: string }>('GET', '/api/me', { token });
    for (const path of ['residents/resident-a', 'people/daughter-a', 'contacts/contact-a', 'homes/home-a', 'residents', 'people']) {
      await api.call('GET', `/api/${path}`, { token });
    }
    const seen = await linesOf(`actor=${me.token}`);
    expect(seen.map(({ action, entity, entityId }) => `${action} ${entity} ${entityId}`).toSorted()).toEqual([
      'view contact contact-a',
      'view home home-a',
      'view person *',
      'view person daughter-a',
      'view resident resident-a',
      // A list of one is that one: the same look as before, and no second line.
    ]);
    expect(seen.find(({ entity }) => entity === 'resident')?.home).toBe('home-a');
  });

  test('the same look within a minute is one line; a page of records is one line', async () => {
    const token = await api.token('operator');
    const { body: me } = await api.call<{ token: string }>('GET', '/api/me', { token });
    for (let i = 0; i < 5; i += 1) await api.call('GET', '/api/people', { token });
    expect(await linesOf(`actor=${me.token}`)).toHaveLength(1);
  });

  test('every write and every act leaves who, what and where', async () => {
    await api.put('beds', { id: 'bed-audit', home: 'home-a' });
    expect(await linesOf('id=bed-audit')).toMatchObject([{ action: 'create', entity: 'bed', home: 'home-a' }]);
    await api.says('button-a', { button: 'press' }, 'audit');
    const open = await api.call<{ items: { id: string }[] }>('GET', '/api/alarms?open=true');
    const id = open.body.items[0]?.id ?? '';
    await api.call('POST', `/api/alarms/${id}/acts`, { body: { type: 'acknowledge' } });
    expect(await linesOf(`id=${id}`)).toContainEqual(expect.objectContaining({ action: 'acknowledge', entity: 'alarm', home: 'home-a' }));
  });
});

describe('limits', () => {
  test('one token that asks too often waits; alarms and other tokens do not', async () => {
    const busy = await startApi({ settings: { requestsPerMinute: 20, wrongTokensPerMinute: 5 } });
    try {
      const other = await busy.token('operator');
      const answers = await Promise.all(Array.from({ length: 40 }, () => busy.call('GET', '/api/districts')));
      const refused = answers.find(({ status }) => status === 429);
      expect(refused?.headers['retry-after']).toMatch(/^\d+$/);
      expect((await busy.call('GET', '/api/alarms')).status).toBe(200);
      expect((await busy.call('GET', '/api/districts', { token: other })).status).toBe(200);
      const guesses = await Promise.all(Array.from({ length: 20 }, () => busy.call('GET', '/api/alarms', { token: 'cb_guess' })));
      expect(guesses.map(({ status }) => status)).toContain(429);
      // Whoever guesses from the same address does not lock out a good token.
      expect((await busy.call('GET', '/api/alarms', { token: other })).status).toBe(200);
    } finally {
      await busy.close();
    }
  });
});

describe('the document', () => {
  test('is OpenAPI 3.1, and its page needs nothing from elsewhere', async () => {
    const direct = await api.app.inject({ url: '/api/openapi.json' });
    expect(JSON.parse(direct.body)).toMatchObject({ openapi: '3.1.0' });
    const page = await api.app.inject({ url: '/api/docs/' });
    expect([page.statusCode, page.body.includes('https://')]).toEqual([200, false]);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    const script = /src="([^"]+swagger-ui-bundle\.js)"/.exec(page.body)?.[1] ?? '';
    expect((await api.app.inject({ url: new URL(script, 'http://x/api/docs/').pathname })).statusCode).toBe(200);
  });

  test('everything else answers under a policy that allows nothing foreign', async () => {
    const { headers } = await api.call('GET', '/api/me');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('every route answers as the document says', async () => {
    await api.says('button-a', { button: 'press' }, 'walk');
    await api.put('districts', { id: 'gone', name: '临时' });
    const { body: device } = await api.call<{ device: { id: string } }>('POST', '/api/devices', {
      body: { model: 'carebed', home: 'home-a' },
    });
    await api.call('POST', `/api/devices/${device.device.id}/secret`, { body: {} });
    await api.call('POST', '/api/import', { body: { record: 'bed', rows: [{ id: 'bed-9', home: 'home-a' }] } });
    const { body: backup } = await api.call<{ name: string }>('POST', '/api/backups');
    await api.call('GET', `/api/backups/${backup.name}`);
    await api.call('PUT', '/api/beds/bed-a/resident-state', { body: { value: 'visitor-present' } });
    const { body: token } = await api.call<{ id: string }>('POST', '/api/tokens', { body: { name: 't', role: 'viewer', scope: 'all' } });
    await api.call('DELETE', `/api/tokens/${token.id}`);
    await api.call('POST', '/api/device-models/try', { body: { model: 'carebed-button', topic: 'event', payload: '{}' } });
    const span = { bed: 'bed-a', from: 0, to: 1_000 };
    const { body: replay } = await api.call<{ id: string }>('POST', '/api/replays', { body: span });
    const kept: Readonly<Record<string, string>> = {
      replays: replay.id,
      districts: 'district-a',
      providers: 'provider-a',
      homes: 'home-a',
      beds: 'bed-a',
      profiles: 'standard',
      residents: 'resident-a',
      devices: 'button-a',
      people: 'daughter-a',
      contacts: 'contact-a',
      rosters: 'duty',
      policies: 'default-high',
      alarms: 'alarm-1',
      cases: 'alarm-1',
    };
    const { routes } = createAnswerContract(api.app.swagger());
    for (const route of routes.filter((name) => name.startsWith('GET /api/') && name !== 'GET /api/events' && !name.includes('{name}'))) {
      const path = route.slice(4);
      const answer = await api.call('GET', path.replace('{id}', kept[path.split('/')[2] ?? ''] ?? ''));
      expect([path, answer.status, answer.status === 200 ? '' : answer.text]).toEqual([path, 200, '']);
    }
    await api.call('DELETE', `/api/replays/${replay.id}`);
    for (const [kind, id] of Object.entries(kept).filter(([name]) => !['alarms', 'cases', 'replays'].includes(name))) {
      const { body } = await api.call<{ id: string }>('GET', `/api/${kind}/${id}`);
      await api.put(kind, body);
      const copy = { ...body, id: 'copy', ...(kind === 'residents' ? { bed: 'bed-9' } : {}) };
      await api.put(kind, copy);
    }
    for (const kind of [
      'contacts',
      'residents',
      'devices',
      'people',
      'beds',
      'homes',
      'providers',
      'districts',
      'rosters',
      'policies',
      'profiles',
    ]) {
      expect([kind, (await api.call('DELETE', `/api/${kind}/copy`)).status]).toEqual([kind, 204]);
    }
    const never = routes.filter((route) => route.includes(' /api/') && !api.answered.has(route) && route !== 'GET /api/events');
    // Held against the document where what they need is made: scope.test and waiting-devices.test.
    const elsewhere = ['POST /api/alarms/{id}/acts', 'POST /api/waiting-devices/place'];
    expect(never.filter((route) => !elsewhere.includes(route))).toEqual([]);
  });

  test('history can be asked for by bed and by device, whole or in windows', async () => {
    await api.says('button-a', { button: 'press' }, 'history');
    for (const path of ['beds/bed-a', 'devices/button-a']) {
      for (const query of ['', '?window=3600', '?kinds=button,battery&limit=5']) {
        expect((await api.call('GET', `/api/${path}/telemetry${query}`)).status).toBe(200);
      }
    }
    const wrong = await api.call<ProblemBody>('GET', '/api/beds/bed-a/telemetry?kinds=mood');
    expect(wrong.body.errors[0]).toMatchObject({ where: 'query.kinds', wrong: 'is not a reading kind' });
    expect((await api.call<ProblemBody>('GET', '/api/beds/bed-a/telemetry?from=5&to=4')).body.code).toBe('telemetry-query-invalid');
  });

  test('who is on duty is what the escalation will do', async () => {
    const { body } = await api.call<{ people: string[] }>('GET', '/api/rosters/duty/on-duty?at=2026-05-01T08:00:00%2B08:00');
    expect(body.people).toEqual(['operator-1']);
  });

  test('a roster says beforehand when nobody will be on duty', async () => {
    await api.put('rosters', { id: 'days', name: '白班', shifts: [{ person: 'operator-1', from: '08:00', to: '20:00' }] });
    const { body } = await api.call<{ gaps: { from: number; to: number }[] }>(
      'GET',
      '/api/rosters/days/on-duty?at=2026-05-01T08:00:00%2B08:00',
    );
    const night = { from: Date.parse('2026-05-01T20:00:00+08:00'), to: Date.parse('2026-05-02T08:00:00+08:00') };
    expect([body.gaps.length, body.gaps[0]]).toEqual([7, night]);
  });

  test('a label holds what a device needs, and its picture holds the same', async () => {
    const { body } = await api.call<{ secret: string; label: { uri: string; qrSvg: string; qrPng: string; topics: unknown } }>(
      'POST',
      '/api/devices',
      {
        body: { id: 'labelled', model: 'carebed', home: 'home-a', secret: 'Zx8-Kq2_Vn5mT0wR7yB4cD' },
      },
    );
    expect(body.label).toMatchObject({
      uri: 'carebed:1;gateway.example;8883;tls;labelled;Zx8-Kq2_Vn5mT0wR7yB4cD',
      topics: { up: 'carebed/v1/labelled/', down: 'carebed/v1/labelled/command/#' },
    });
    expect(body.label.qrSvg).toMatch(/^<svg/);
    expect(body.label.qrPng).toMatch(/^data:image\/png;base64,/);
    const row = await api.reader.selectFrom('device').selectAll().where('id', '=', 'labelled').executeTakeFirstOrThrow();
    expect(Buffer.from(row.secret_hash ?? []).toString('hex')).toBe(createHash('sha256').update(body.secret).digest('hex'));
    expect(JSON.stringify(row.body)).not.toContain(body.secret);
  });

  test('figures carry no id and no name', async () => {
    await api.call('GET', '/api/homes/home-a');
    const { text } = await api.call('GET', '/metrics');
    expect(text).toContain('route="/api/homes/:id"');
    expect(text).not.toMatch(/home-a|resident-a|daughter/);
  });
});
