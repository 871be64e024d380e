import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Scope } from '../../domain/scope.ts';
import { readEventStream, type StreamEvent } from '../../gateway/cli/event-stream.ts';
import { type ApiHarness, furnish, staff, startApi } from './api-harness.ts';

let api: ApiHarness;
let url: string;
const opened: AbortController[] = [];
beforeEach(async () => {
  api = await startApi({ settings: { heartbeatMs: 50 } });
  url = await api.listen();
  await furnish(api, 'a');
  await furnish(api, 'b');
  await staff(api);
});
afterEach(async () => {
  for (const controller of opened.splice(0)) controller.abort();
  await api.close();
});

interface Stream {
  next(): Promise<StreamEvent>;
  /** The next `count` alarm events. */
  alarms(count: number): Promise<{ seq: number; alarm: string; home: string; type: string }[]>;
  readonly close: () => void;
}
const follow = async (options: { after?: number; token?: string; query?: string } = {}): Promise<Stream> => {
  const controller = new AbortController();
  opened.push(controller);
  const headers: Record<string, string> = { authorization: `Bearer ${options.token ?? api.admin}` };
  if (options.after !== undefined) headers['last-event-id'] = String(options.after);
  const response = await fetch(`${url}/api/events${options.query ?? ''}`, { headers, signal: controller.signal });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  const events = readEventStream(response.body as unknown as AsyncIterable<Uint8Array>);
  const next = async (): Promise<StreamEvent> => {
    const { value, done } = await events.next();
    if (done === true) throw new Error('the stream has ended');
    return value;
  };
  return {
    next,
    close: () => controller.abort(),
    alarms: async (count) => {
      const found: { seq: number; alarm: string; home: string; type: string }[] = [];
      while (found.length < count) {
        const { event, data, id } = await next();
        if (event !== 'alarm') continue;
        const live = JSON.parse(data) as { seq: number; alarm: string; home: string; event: { type: string } };
        expect(id).toBe(String(live.seq));
        found.push({ seq: live.seq, alarm: live.alarm, home: live.home, type: live.event.type });
      }
      return found;
    },
  };
};
const position = async (): Promise<number> => (await api.call<{ streamPosition: number }>('GET', '/api/alarms')).body.streamPosition;
const logged = async (after: number): Promise<number[]> =>
  (await api.reader.selectFrom('alarm_event').select('seq').where('seq', '>', after).orderBy('seq').execute()).map(({ seq }) => seq);

describe('the live stream', () => {
  test('begins now, and brings what is committed from then on', async () => {
    await api.says('button-a', { button: 'press' }, 'before');
    const stream = await follow();
    expect((await stream.next()).event).toBe('open');
    const from = await position();
    await api.says('button-b', { button: 'press' }, 'after');
    const [first] = await stream.alarms(1);
    expect(first).toMatchObject({ home: 'home-b', type: 'raised' });
    expect(first?.seq).toBe(from + 1);
  });

  test('resumes after Last-Event-ID without a gap and without a repeat, while events keep coming', async () => {
    await api.says('button-a', { button: 'press' }, 'p');
    const start = await position();
    const notes = 150;
    const seen: number[] = [];
    const writing = (async () => {
      for (let i = 0; i < notes; i += 1) await api.call('POST', '/api/alarms/alarm-1/acts', { body: { type: 'note', text: `${i}` } });
    })();
    // Comes and goes all the time, always going on from the last id it has seen.
    for (let round = 0; seen.length < notes; round += 1) {
      const stream = await follow({ after: seen.at(-1) ?? start });
      const events = await stream.alarms(Math.min(1 + (round % 7), notes - seen.length));
      seen.push(...events.map(({ seq }) => seq));
      stream.close();
    }
    await writing;
    expect(seen).toEqual(await logged(start));
  });

  test('a stream opened at the position of a list misses nothing that the list does not hold', async () => {
    const at = await position();
    await api.says('button-a', { button: 'press' }, 'p');
    const stream = await follow({ query: `?after=${at}` });
    expect((await stream.alarms(1))[0]).toMatchObject({ seq: at + 1, type: 'raised' });
  });

  test('holds only what lies inside the scope, caught up or live', async () => {
    const scope: Scope = { districts: ['district-b'], providers: [], homes: [] } as never;
    const token = await api.token('operator', scope);
    await api.says('button-a', { button: 'press' }, 'a1');
    await api.says('button-b', { button: 'press' }, 'b1');
    const stream = await follow({ token, after: 0 });
    expect((await stream.alarms(1))[0]?.home).toBe('home-b');
    await api.says('button-a', { button: 'press' }, 'a2');
    await api.says('button-b', { button: 'press' }, 'b2');
    await api.call('POST', '/api/alarms/alarm-2/acts', { body: { type: 'acknowledge' } });
    for (;;) {
      const [event] = await stream.alarms(1);
      expect(event?.home).toBe('home-b');
      if (event?.type === 'acknowledged') break;
    }
  });

  test('trouble of the gateway is told to all, and to whoever comes while it lasts', async () => {
    const early = await follow();
    await early.next();
    api.trouble({ code: 'store-refused', since: 1, over: false });
    expect(await early.next()).toMatchObject({ event: 'trouble', data: expect.stringContaining('store-refused') });
    const late = await follow();
    await late.next();
    expect((await late.next()).event).toBe('trouble');
    api.trouble({ code: 'store-refused', since: 1, over: true });
    expect(JSON.parse((await late.next()).data)).toMatchObject({ over: true });
  });

  test('a stream ends when its token is revoked', async () => {
    const made = await api.call<{ id: string; token: string }>('POST', '/api/tokens', {
      body: { name: 'x', role: 'viewer', scope: 'all' },
    });
    const stream = await follow({ token: made.body.token });
    await stream.next();
    await api.call('DELETE', `/api/tokens/${made.body.id}`);
    await expect(stream.next()).rejects.toThrow('the stream has ended');
  });

  test('gives signs of life while nothing happens', async () => {
    const { hostname, port } = new URL(url);
    const socket = await raw(hostname, Number(port));
    let heard = '';
    await new Promise<void>((resolve) => {
      socket.on('data', (bytes: Buffer) => {
        heard += bytes.toString();
        if ((heard.match(/: alive/g) ?? []).length >= 2) resolve();
      });
    });
    expect(heard).toContain('cache-control: no-store');
    socket.destroy();
  });

  test('who does not read is cut, and holds up nobody else', async () => {
    const { hostname, port } = new URL(url);
    const lazy = await raw(hostname, Number(port));
    lazy.pause();
    const reader = await follow();
    await reader.next();
    const note = 'x'.repeat(900);
    await api.says('button-a', { button: 'press' }, 'p');
    const ended = new Promise<void>((resolve) => lazy.once('close', () => resolve()));
    let sent = 0;
    const cut = async (): Promise<boolean> => (await api.call('GET', '/metrics')).text.includes('carebed_live_streams_cut_total 1');
    while (!(await cut())) {
      for (let i = 0; i < 250; i += 1) await api.call('POST', '/api/alarms/alarm-1/acts', { body: { type: 'note', text: note } });
      sent += 250;
      expect(sent).toBeLessThan(60_000);
    }
    await reader.alarms(sent);
    lazy.resume();
    await ended;
  });

  test('200 consoles each get every event', async () => {
    const streams = await Promise.all(Array.from({ length: 200 }, () => follow()));
    await Promise.all(streams.map((stream) => stream.next()));
    const from = await position();
    await api.says('button-a', { button: 'press' }, 'p');
    const expected = await logged(from);
    const got = await Promise.all(streams.map((stream) => stream.alarms(expected.length)));
    for (const events of got) expect(events.map(({ seq }) => seq)).toEqual(expected);
  });
});

const raw = (host: string, port: number): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.write(`GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.admin}\r\n\r\n`);
      resolve(socket);
    });
  });
