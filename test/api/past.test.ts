import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WhyAnswer } from '../../domain/explanation.ts';
import { homeIdSchema } from '../../domain/ids.ts';
import { instant, minutes } from '../../domain/instant.ts';
import type { ReplayReport } from '../../domain/replay.ts';
import { openStore } from '../../gateway/store/open-store.ts';
import { createManualClock } from '../harness/manual-clock.ts';
import { type ApiHarness, furnish, startApi } from './api-harness.ts';

/** Eleven in the evening in Shanghai. */
const start = instant(Date.parse('2026-03-02T15:00:00Z'));
const clock = createManualClock(start);
let api: ApiHarness;
interface Job {
  readonly id: string;
  readonly state: string;
  readonly report: ReplayReport | null;
  readonly failure: { readonly code: string } | null;
}

/** What its keeper commits is taken in on a clock that this test moves. */
const pass = async (count: number): Promise<void> => {
  for (let minute = 0; minute < count; minute += 1) {
    clock.advance(minutes(1));
    await api.keeper.execute({ type: 'audit-views' }, { actor: 'gateway', person: null, audit: [], idempotency: null });
  }
};
const finished = async (id: string): Promise<Job> => {
  for (;;) {
    const { body } = await api.call<Job>('GET', `/api/replays/${id}`);
    if (body.state !== 'running') return body;
  }
};
const replay = async (request: Record<string, unknown>): Promise<Job> => {
  const body = { bed: 'bed-a', from: start - 3_600_000, to: clock.now(), ...request };
  const begun = await api.call<Job>('POST', '/api/replays', { body });
  expect(begun.status).toBe(202);
  return finished(begun.body.id);
};
const why = async (at: number, language = 'en'): Promise<WhyAnswer> => {
  const headers = { 'accept-language': language };
  const { status, body, text } = await api.call<WhyAnswer>('GET', `/api/beds/bed-a/why?at=${at}`, { headers });
  expect([status, text.slice(0, status === 200 ? 0 : 400)]).toEqual([200, '']);
  return body;
};
const about = (answer: WhyAnswer, rule: string) => answer.rules.find((each) => each.rule === rule);

/** In bed at eleven, up at five past, back at twenty past one; a press at half past one. */
let left = 0;
beforeAll(async () => {
  api = await startApi({ clock });
  await furnish(api, 'a');
  await api.put('profiles', { id: 'strict', name: '更严', numbers: { outOfBed: { preAlertMinutes: 5, alarmMinutes: 10 } } });
  const pad = { id: 'pad-a', model: 'carebed', home: 'home-a', bed: 'bed-a' };
  await api.call('POST', '/api/devices', { body: pad });
  await api.says('pad-a', { occupied: true });
  await pass(5);
  left = clock.now();
  await api.says('pad-a', { occupied: false });
  await pass(20);
  await api.says('pad-a', { occupied: true });
  await pass(10);
  await api.says('button-a', { button: 'press' });
  await pass(2);
});
afterAll(() => api.close());

describe('a replay', () => {
  test('with the numbers in force raises what was raised', async () => {
    const { report } = await replay({});
    expect(report?.would.alarms.map(({ rule, stage }) => [rule, stage])).toEqual([
      ['out-of-bed', 'pre-alert'],
      ['button', 'alarm'],
    ]);
    expect(report?.comparison).toMatchObject({ both: 2, onlyWould: [], onlyReal: [] });
    expect(report?.real?.figures.byRule).toEqual({ 'out-of-bed': 1, button: 1 });
  });

  test('with another profile shows what it would have raised beside that', async () => {
    const { report } = await replay({ profile: 'strict' });
    expect(report?.would.alarms[0]).toMatchObject({ rule: 'out-of-bed', stage: 'alarm', raisedAt: left + 5 * 60_000 });
    expect(report?.would.alarms[0]?.raises.map(({ at }) => (at - left) / 60_000)).toEqual([5, 10]);
    expect(report?.real?.alarms[0]).toMatchObject({ rule: 'out-of-bed', stage: 'pre-alert', raisedAt: left + 15 * 60_000 });
  });

  test('with numbers of its own, which win over all others', async () => {
    const { report } = await replay({ profile: 'strict', numbers: { outOfBed: { enabled: false } } });
    expect(report?.would.figures.byRule).toEqual({ button: 1 });
    const { failure } = await replay({ numbers: { outOfBed: { preAlertMinutes: 200 } } });
    expect(failure?.code).toBe('care-numbers-contradict');
  });

  test('belongs to who began it, spans a year at most, and can be ended', async () => {
    const { id } = await replay({});
    const other = await api.token('supervisor');
    expect((await api.call('GET', `/api/replays/${id}`, { token: other })).status).toBe(404);
    expect((await api.call('DELETE', `/api/replays/${id}`, { token: other })).status).toBe(404);
    expect((await api.call('DELETE', `/api/replays/${id}`)).status).toBe(204);
    expect((await api.call('GET', `/api/replays/${id}`)).status).toBe(404);
    const long = { bed: 'bed-a', from: 0, to: 400 * 86_400_000 };
    expect(await api.call('POST', '/api/replays', { body: long })).toMatchObject({ status: 400, body: { code: 'replay-span-invalid' } });
    expect((await api.call('POST', '/api/replays', { body: { bed: 'bed-b', from: 0, to: 1 } })).status).toBe(404);
  });
});

describe('why', () => {
  test('no alarm yet: out of bed for twelve of fifteen minutes', async () => {
    const answer = await why(left + 12 * 60_000);
    expect(answer.open).toEqual([]);
    const rule = about(answer, 'out-of-bed');
    expect(rule).toMatchObject({ standing: 'waiting', since: left });
    expect(rule?.words).toContain('Out of bed for 12 of 15 minutes, since 23:05:00.');
    expect(rule?.readings[0]).toEqual({ at: left, device: 'pad-a', facts: { occupied: false } });
    expect(about(answer, 'button')?.words).toContain('No reading that it needs (button) has come in the last 8 days.');
    expect(about(answer, 'wandering')).toMatchObject({ standing: 'off' });
  });

  test('this alarm: the rule, since when, and the number that decided', async () => {
    const answer = await why(left + 16 * 60_000);
    expect(answer.open).toMatchObject([{ rule: 'out-of-bed', stage: 'pre-alert', raisedAt: left + 15 * 60_000 }]);
    expect(answer.rules[0]).toMatchObject({ rule: 'out-of-bed', standing: 'raised' });
    expect(answer.rules[0]?.points).toContainEqual(
      expect.objectContaining({ code: 'raised', numbers: expect.objectContaining({ preAlertMinutes: 15, since: left }) }),
    );
  });

  test('is told in Chinese to whoever asks in Chinese', async () => {
    const answer = await why(left + 12 * 60_000, 'zh-CN');
    expect(about(answer, 'out-of-bed')?.words).toContain('从 23:05:00 起离床 12 分钟，满 15 分钟进入下一步。');
    expect(about(answer, 'out-of-bed')?.sentence).toMatch(/离床/);
  });

  test('no alarm, because the resident was in hospital then, and not after', async () => {
    const until = clock.now() + 3_600_000;
    await api.call('PUT', '/api/beds/bed-a/resident-state', { body: { value: 'in-hospital', until } });
    await pass(3);
    const quiet = about(await why(clock.now()), 'out-of-bed');
    expect(quiet?.standing).toBe('quiet');
    expect(quiet?.words).toContain('The resident is in hospital, which quiets rules that reason from inactivity.');
    expect(about(await why(left), 'out-of-bed')?.standing).not.toBe('quiet');
    expect(about(await why(clock.now()), 'button')?.standing).toBe('calm');
  });

  test('of a bed that one may not see, or that does not exist, is not found', async () => {
    const token = await api.token('operator', { districts: [], providers: [], homes: [homeIdSchema.parse('home-b')] });
    expect((await api.call('GET', '/api/beds/bed-a/why', { token })).status).toBe(404);
    expect((await api.call('GET', '/api/beds/nowhere/why')).status).toBe(404);
  });
});

describe('a profile in shadow', () => {
  test('is shown beside what was raised, within the scope', async () => {
    const note = {
      rule: 'out-of-bed',
      home: 'home-a',
      bed: 'bed-a',
      device: 'pad-a',
      raisedAt: left + 300_000,
      stage: 'pre-alert',
      priority: 'medium',
      raises: [
        {
          at: left + 300_000,
          type: 'raised',
          stage: 'pre-alert',
          priority: 'medium',
          reason: { code: 'out-of-bed-long', device: 'pad-a', since: left, numbers: { preAlertMinutes: 5 } },
        },
      ],
      overAt: null,
    };
    const db = openStore(join(api.folder, 'carebed.db'));
    db.prepare(
      "INSERT INTO shadow_alarm (home, number, bed, device, profile, rule, raised_at, body) VALUES ('home-a', 1, 'bed-a', 'pad-a', 'strict', 'out-of-bed', ?, ?)",
    ).run(note.raisedAt, JSON.stringify(note));
    db.close();
    const list = await api.call<{ items: unknown[] }>('GET', '/api/shadow-alarms?bed=bed-a');
    expect(list).toMatchObject({ status: 200, body: { items: [{ profile: 'strict', alarm: note }] } });
    const beside = await api.call('GET', `/api/beds/bed-a/shadow?from=${start - 1}`);
    expect(beside).toMatchObject({ status: 200, body: { comparison: { both: 1, onlyWould: [], onlyReal: [{ rule: 'button' }] } } });
    const token = await api.token('operator', { districts: [], providers: [], homes: [homeIdSchema.parse('home-b')] });
    expect((await api.call<{ items: unknown[] }>('GET', '/api/shadow-alarms', { token })).body.items).toEqual([]);
    expect((await api.call('GET', '/api/beds/bed-a/shadow', { token })).status).toBe(404);
  });

  test('must exist, and is not deleted while it is on trial', async () => {
    const resident = { id: 'resident-a', bed: 'bed-a', name: '王奶奶a', profile: 'standard' };
    const put = (shadowProfile: string | null) =>
      api.call<{ code?: string }>('PUT', '/api/residents/resident-a', { body: { ...resident, shadowProfile } });
    expect((await put('nowhere')).body.code).toBe('parent-missing');
    expect((await put('strict')).status).toBe(200);
    expect((await api.call<{ code: string }>('DELETE', '/api/profiles/strict')).body.code).toBe('record-in-use');
    expect((await put(null)).status).toBe(200);
  });
});
