import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { gaps, onDuty } from '../../alerts/escalation/roster.ts';
import { renderText } from '../../alerts/notifications/text/render-text.ts';
import { loadModels } from '../../broker/model-store.ts';
import { createPipeline } from '../../alerts/pipeline/pipeline.ts';
import { CarebedFailure } from '../../domain/failure.ts';
import { type DeviceId, type DeviceModelId } from '../../domain/ids.ts';
import { type Clock, after, hours, minutes, systemClock } from '../../domain/instant.ts';
import type { Delivery } from '../../domain/notification.ts';
import { type Facts, factsSchema } from '../../domain/reading.ts';
import type { AccessRole, Scope } from '../../domain/scope.ts';
import { createApi } from '../../gateway/api/create-api.ts';
import { type Api, type ApiSettings, defaultApiSettings } from '../../gateway/api/parts.ts';
import { createPastRules } from '../../gateway/compose/past-worker.ts';
import { createModelTools } from '../../gateway/compose/model-tools.ts';
import { createEngine } from '../../gateway/keeper/engine.ts';
import type { Keeper } from '../../gateway/keeper/command.ts';
import { createWorld } from '../../gateway/keeper/world.ts';
import type { GatewayTrouble, LiveEvent, LiveFeed } from '../../gateway/live-event.ts';
import { createFirstToken } from '../../gateway/people/first-token.ts';
import { linkToken } from '../../gateway/people/link-token.ts';
import { backUp } from '../../gateway/store/backup.ts';
import { openReader } from '../../gateway/store/open-reader.ts';
import { openStore } from '../../gateway/store/open-store.ts';
import type { Reader } from '../../gateway/store/reader.ts';
import { createEmbeddedQueries } from '../../gateway/telemetry/embedded-queries.ts';
import { createAnswerContract } from './answer-contract.ts';

/** The API on a real store, a real keeper engine, the real rules and a real reader thread; only the network of devices is left out. */
export interface ApiHarness {
  readonly app: Api;
  readonly reader: Reader;
  readonly keeper: Keeper;
  readonly folder: string;
  readonly linkKey: Uint8Array;
  /** The administrator's token. */
  readonly admin: string;
  /** What was to be sent so far. */
  readonly deliveries: Delivery[];
  /** Where it listens, once {@link listen} was called. */
  listen(): Promise<string>;
  token(role: AccessRole, scope?: Scope, person?: string | null): Promise<string>;
  /** The device says this; resolves when it is committed. */
  says(device: string, facts: Facts, eventId?: string): Promise<void>;
  call<T = unknown>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, options?: CallOptions): Promise<Answer<T>>;
  put(path: string, body: Readonly<Record<string, unknown>> & { id: string }): Promise<void>;
  trouble(trouble: GatewayTrouble): void;
  /** The store refuses, or takes again. */
  refuseWrites(refuse: boolean): void;
  /** Routes (`GET /api/homes/{id}`) that have answered with success, each answer checked against the OpenAPI document. */
  readonly answered: ReadonlySet<string>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export const startApi = async (options: { settings?: Partial<ApiSettings>; clock?: Clock } = {}): Promise<ApiHarness> => {
  const clock = options.clock ?? systemClock;
  const folder = mkdtempSync(join(tmpdir(), 'carebed-api-'));
  const path = join(folder, 'carebed.db');
  const db = openStore(path);
  const { reader, close: closeReader } = openReader(path);
  const linkKey = new Uint8Array(32).fill(7);
  const listeners = new Set<(event: LiveEvent) => void>();
  const troubleListeners = new Set<(trouble: GatewayTrouble) => void>();
  const feed: LiveFeed = {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    subscribeTrouble: (listener) => {
      troubleListeners.add(listener);
      return () => troubleListeners.delete(listener);
    },
  };
  const world = createWorld(() => minutes(10));
  const deliveries: Delivery[] = [];
  const engine = createEngine({
    db,
    world,
    pipeline: createPipeline({
      world,
      onFault: (key, error) => {
        throw new Error(`a rule failed at ${key}`, { cause: error });
      },
    }),
    decode: ({ sender, payload }) => {
      const { facts, eventId } = JSON.parse(Buffer.from(payload).toString('utf8')) as { facts: unknown; eventId: string | null };
      return [{ type: 'message', message: { device: sender, facts: factsSchema.parse(facts) as Facts, deviceAt: null, eventId } }];
    },
    // Every message is handed over once, and no news of it comes back.
    decide: ({ attempts }, now) =>
      attempts.length === 0
        ? { do: 'send', channelIndex: 0, again: false }
        : { do: 'wait', until: after(now, hours(1)), unreachable: false },
    idempotentChannels: new Set(['webhook']),
    linkFor: (link) => `http://localhost/a/${linkToken(linkKey, link)}`,
    linkLife: hours(24),
    knowsModel: (model) => model !== 'nobody-makes-this',
    sleeps: () => false,
    repeatsWithin: () => null,
    mark: 'test',
    clock,
    outputs: {
      acknowledged: () => {},
      events: (events) => {
        for (const event of events) for (const listener of listeners) listener(event);
      },
      deliver: (some) => deliveries.push(...some),
      mayLeave: () => {},
      trouble: () => {},
      recordsChanged: () => {},
      lateness: () => {},
    },
  });
  engine.load();
  engine.begin();
  let refusing = false;
  const keeper: Keeper = {
    execute: async (command, context) => {
      if (refusing) throw new CarebedFailure('store-unavailable', 'refused', { status: 503 });
      return engine.execute(command, context);
    },
    backup: (to) => backUp(db, to),
  };
  let admin = '';
  await createFirstToken({
    reader,
    keeper,
    write: (token) => {
      admin = token;
      return Promise.resolve();
    },
  });
  const past = createPastRules(path, () => ({}));
  const app = await createApi({
    reader,
    keeper,
    feed,
    telemetry: createEmbeddedQueries(reader),
    past,
    clock,
    secrets: { linkKey },
    metrics: new Registry(),
    health: { ready: () => (refusing ? { ready: false, reasons: ['store-refused'] } : { ready: true, reasons: [] }) },
    deviceModels: new Set(['carebed']),
    modelTools: createModelTools(loadModels),
    log: pino({ level: process.env['CAREBED_TEST_LOG'] ?? 'silent' }),
    settings: {
      ...defaultApiSettings,
      publicUrl: 'http://localhost',
      broker: { host: 'gateway.example', mqtt: 1883, mqtts: 8883 },
      backupFolder: join(folder, 'backups'),
      requestsPerMinute: 100_000,
      ...options.settings,
    },
    onDuty,
    gaps,
    messageText: (subject, role, language) => renderText(subject, role, language, null),
  });
  await app.ready();
  const contract = createAnswerContract(app.swagger());

  const harness: ApiHarness = {
    app,
    reader,
    keeper,
    folder,
    linkKey,
    admin,
    deliveries,
    answered: contract.answered,
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    token: async (role, scope = 'all', person = null) => {
      const made = await harness.call<{ token: string }>('POST', '/api/tokens', { body: { name: role, role, scope, person } });
      if (made.status !== 201) throw new Error(`no token: ${made.text}`);
      return made.body.token;
    },
    says: async (device, facts, eventId) => {
      const payload = Buffer.from(JSON.stringify({ facts, eventId: eventId ?? null }));
      const sender = device as DeviceId;
      const base = { type: 'publish', topic: 'readings', retain: false, duplicate: false, refused: false } as const;
      engine.inbound([{ ...base, sender, model: 'carebed' as DeviceModelId, payload, receivedAt: clock.now() }]);
      // A command commits what was taken in before it.
      await keeper.execute({ type: 'audit-views' }, { actor: 'gateway', person: null, audit: [], idempotency: null });
    },
    call: async <T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, { token = admin, body, headers = {} }: CallOptions = {}) => {
      const response = await app.inject({
        method,
        url,
        headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), 'accept-language': 'en', ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      const type = String(response.headers['content-type'] ?? '');
      const isJson = type.includes('json');
      if (url.startsWith('/api/')) contract.check({ method, url, status: response.statusCode, type, text: response.body });
      return {
        status: response.statusCode,
        headers: response.headers,
        text: response.body,
        body: (isJson ? JSON.parse(response.body) : null) as T,
      };
    },
    put: async (kind, body) => {
      const answer = await harness.call('PUT', `/api/${kind}/${body.id}`, { body });
      if (answer.status >= 300) throw new Error(`${kind}/${body.id}: ${answer.text}`);
    },
    trouble: (trouble) => {
      for (const listener of troubleListeners) listener(trouble);
    },
    refuseWrites: (refuse) => {
      refusing = refuse;
    },
    close: async () => {
      await app.close();
      await past.stop();
      engine.stop();
      await closeReader();
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return harness;
};

/** A home with everything in it, under a provider and a district of their own, all named after `name`. */
export const furnish = async (api: ApiHarness, name: string): Promise<void> => {
  await api.put('districts', { id: `district-${name}`, name: `区 ${name}` });
  await api.put('providers', { id: `provider-${name}`, name: `机构 ${name}`, district: `district-${name}` });
  await api.put('homes', {
    id: `home-${name}`,
    provider: `provider-${name}`,
    name: `家 ${name}`,
    address: `胜利路 ${name} 号`,
    access: '钥匙盒 1234',
  });
  await api.put('beds', { id: `bed-${name}`, home: `home-${name}` });
  await api.put('profiles', { id: 'standard', name: '标准' });
  await api.put('residents', { id: `resident-${name}`, bed: `bed-${name}`, name: `王奶奶${name}`, profile: 'standard', notes: '吸氧' });
  await api.put('people', {
    id: `daughter-${name}`,
    name: `女儿${name}`,
    role: 'family',
    channels: [{ channel: 'sms', phone: '13800000001' }],
  });
  await api.put('contacts', { id: `contact-${name}`, home: `home-${name}`, person: `daughter-${name}`, relation: '女儿' });
  const device = { id: `button-${name}`, model: 'carebed', home: `home-${name}`, bed: `bed-${name}` };
  const made = await api.call('POST', '/api/devices', { body: device });
  if (made.status !== 201) throw new Error(made.text);
};

/** A roster `duty` with one operator on it all day, and the policy that tells her and then the family at once. */
export const staff = async (api: ApiHarness): Promise<void> => {
  await api.put('people', { id: 'operator-1', name: '李坐席', role: 'operator', channels: [{ channel: 'sms', phone: '13800000002' }] });
  await api.put('rosters', { id: 'duty', name: '值班', shifts: [{ person: 'operator-1' }] });
  const levels = [{ afterSeconds: 0, targets: [{ type: 'roster', roster: 'duty' }, { type: 'contacts' }] }];
  await api.put('policies', { id: 'default-high', name: '紧急', levels });
};
