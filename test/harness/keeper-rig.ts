import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { decideNextAttempt } from '../../alerts/notifications/delivery/next-attempt.ts';
import { createPipeline } from '../../alerts/pipeline/pipeline.ts';
import { createDecoder } from '../../broker/decode.ts';
import { loadModels, repeatsOf } from '../../broker/model-store.ts';
import type { AlarmAct } from '../../domain/alarm-act.ts';
import { type Alarm, alarmSchema } from '../../domain/alarm.ts';
import { type DeviceModelId, deviceIdSchema, deviceModelIdSchema, personIdSchema } from '../../domain/ids.ts';
import type { InboundMessage } from '../../domain/inbound.ts';
import { type Duration, hours, type Instant, instant, milliseconds, seconds } from '../../domain/instant.ts';
import type { Delivery, DeliveryResult } from '../../domain/notification.ts';
import { defaultPolicies } from '../../domain/policy.ts';
import type { CommandAnswer, CommandContext, RecordRow } from '../../gateway/keeper/command.ts';
import { createEngine } from '../../gateway/keeper/engine.ts';
import { createWorld, recordSchemas } from '../../gateway/keeper/world.ts';
import type { LiveEvent } from '../../gateway/live-event.ts';
import { openStore } from '../../gateway/store/open-store.ts';
import type { RecordName } from '../../gateway/store/schema.ts';
import { createManualClock } from './manual-clock.ts';

/** Noon in Shanghai on a Monday. */
export const noon = instant(Date.parse('2026-03-02T04:00:00Z'));

const gatewayContext: CommandContext = { actor: 'test', person: null, audit: [], idempotency: null };

export const row = (record: RecordName, body: Record<string, unknown>): RecordRow => ({
  record,
  body: recordSchemas[record].parse(body),
});

/** One home: a bed, its resident, a button, a pad and a fall sensor; two operators, a supervisor, a responder, a daughter and a son. */
export const oneHome = (): RecordRow[] => [
  row('district', { id: 'd1', name: '黄浦' }),
  row('provider', { id: 'p1', name: '安康', district: 'd1' }),
  row('home', { id: 'h1', provider: 'p1', name: '王家', address: '幸福路 1 号' }),
  row('bed', { id: 'b1', home: 'h1', name: '主卧' }),
  row('profile', { id: 'standard', name: '标准' }),
  row('resident', { id: 'r1', bed: 'b1', name: '王秀英', profile: 'standard' }),
  row('device', { id: 'button-1', model: 'carebed-button', home: 'h1', bed: 'b1' }),
  row('device', { id: 'pad-1', model: 'carebed-bed-pad', home: 'h1', bed: 'b1' }),
  row('device', { id: 'fall-1', model: 'carebed-fall-sensor', home: 'h1', bed: 'b1' }),
  ...defaultPolicies.map((body): RecordRow => ({ record: 'policy', body })),
  ...[
    ['operator-1', 'operator'],
    ['operator-2', 'operator'],
    ['boss', 'supervisor'],
    ['runner', 'responder'],
    ['daughter', 'family'],
    ['son', 'family'],
    ['mechanic', 'maintainer'],
  ].map(([id, role]) => row('person', { id, name: id, role, channels: [{ channel: 'webhook', webhook: `hook-${id}` }] })),
  ...[
    ['duty', 'operator-1'],
    ['second-seat', 'operator-2'],
    ['supervisor', 'boss'],
    ['responders', 'runner'],
    ['maintainers', 'mechanic'],
  ].map(([id, person]) => row('roster', { id, name: id, shifts: [{ person }] })),
  row('contact', { id: 'c1', home: 'h1', person: 'daughter', order: 1 }),
  row('contact', { id: 'c2', home: 'h1', person: 'son', order: 2 }),
];

/**
 * The keeper as it runs in its thread, but in this one and on a clock that the test moves: the real store, decoder, rules, alarms, escalation
 * and outbox. `answer` says what becomes of each delivery; by default every one is delivered at once.
 */
export const createKeeperRig = (folder: string, start: Instant = noon) => {
  const clock = createManualClock(start);
  const deliveries: Delivery[] = [];
  const events: LiveEvent[] = [];
  const troubles: { code: string; over: boolean }[] = [];
  let letGo: boolean | null = null;
  const acknowledged = { upTo: 0 };
  let answer: (delivery: Delivery) => DeliveryResult | null = () => ({ state: 'delivered', providerId: null });
  let waiting: Delivery[] = [];

  let life = 0;
  const storeOf = (number: number): string => join(folder, `life-${number}.db`);
  const open = () => {
    const db: Database.Database = openStore(storeOf(life));
    const models = loadModels();
    const world = createWorld((model) => {
      const promised = models.get(model)?.heartbeatSeconds;
      return promised === undefined ? null : seconds(promised);
    });
    const engine = createEngine({
      db,
      world,
      pipeline: createPipeline({ world, onFault: (key, error) => troubles.push({ code: `${key} ${String(error)}`, over: false }) }),
      decode: createDecoder({
        models,
        findChild: (hub, name) => world.childOf(hub, name)?.id ?? null,
        modelOf: (device) => world.device(device)?.model ?? ('' as DeviceModelId),
      }),
      knowsModel: (model) => models.has(model),
      sleeps: (model) => models.get(model)?.sleeps ?? false,
      repeatsWithin: (model) => repeatsOf(models, model),
      decide: decideNextAttempt,
      idempotentChannels: new Set(['webhook']),
      linkFor: (link) => `https://gateway.test/a/${link}`,
      linkLife: hours(24),
      mark: 'test',
      clock,
      outputs: {
        acknowledged: (upTo) => {
          acknowledged.upTo = upTo;
        },
        events: (some) => events.push(...some),
        deliver: (some) => {
          deliveries.push(...some);
          waiting.push(...some);
        },
        mayLeave: (_id, granted) => {
          letGo = granted;
        },
        trouble: (code, _detail, over) => troubles.push({ code, over }),
        recordsChanged: () => {},
        lateness: () => {},
      },
    });
    engine.load();
    engine.begin();
    return { db, engine };
  };

  let current = open();

  /** Gives every waiting delivery its answer, and what follows from that, until all is quiet. */
  const settle = (): void => {
    while (waiting.length > 0) {
      const some = waiting;
      waiting = [];
      for (const delivery of some) {
        const result = answer(delivery);
        if (result !== null) current.engine.delivered(delivery, result);
      }
    }
  };

  const rig = {
    clock,
    deliveries,
    events,
    troubles,
    acknowledged,
    get db(): Database.Database {
      return current.db;
    },
    get engine() {
      return current.engine;
    },
    answerWith(how: typeof answer): void {
      answer = how;
    },
    records(rows: readonly RecordRow[]): CommandAnswer {
      return current.engine.execute({ type: 'import-records', rows: [...rows] }, gatewayContext);
    },
    /** A message has its place on its channel. True when it may leave. */
    leave(delivery: Delivery | undefined): boolean {
      if (delivery === undefined) throw new Error('nothing was handed over');
      letGo = null;
      current.engine.leave(1, delivery);
      current.engine.catchUp();
      if (letGo === null) throw new Error('the engine gave no answer');
      return letGo;
    },
    /** A device speaks Carebed's own protocol. */
    say(device: string, readings: Record<string, unknown>, id?: string): void {
      const model =
        (current.db.prepare('SELECT model FROM device WHERE id = ?').pluck().get(device) as string | undefined) ?? 'carebed-button';
      const message: InboundMessage = {
        type: 'publish',
        sender: deviceIdSchema.parse(device),
        model: deviceModelIdSchema.parse(model),
        topic: 'event',
        payload: Buffer.from(JSON.stringify(id === undefined ? { readings } : { id, readings })),
        retain: false,
        duplicate: false,
        receivedAt: clock.now(),
        refused: false,
      };
      current.engine.inbound([message]);
      current.engine.catchUp();
      settle();
    },
    /** A device or hub says something in its maker's own words. `topic` lies below its prefix. */
    hear(device: string, topic: string, payload: string, more: { readonly retain?: boolean } = {}): void {
      const model = current.db.prepare('SELECT model FROM device WHERE id = ?').pluck().get(device);
      current.engine.inbound([
        {
          type: 'publish',
          sender: deviceIdSchema.parse(device),
          model: deviceModelIdSchema.parse(model),
          topic,
          payload: Buffer.from(payload),
          retain: more.retain ?? false,
          duplicate: false,
          receivedAt: clock.now(),
          refused: false,
        },
      ]);
      current.engine.catchUp();
      settle();
    },
    /** Time passes, second by second, and everything due happens in it. */
    pass(time: Duration, step: Duration = seconds(1)): void {
      for (let left = time as number; left > 0; left -= step) {
        clock.advance(milliseconds(Math.min(left, step)));
        current.engine.catchUp();
        settle();
      }
    },
    act(alarm: string, act: AlarmAct, person: string | null = 'operator-1'): CommandAnswer {
      const by = person === null ? null : personIdSchema.parse(person);
      const done = current.engine.execute({ type: 'act-on-alarm', alarm: alarm as Alarm['id'], act }, { ...gatewayContext, person: by });
      settle();
      return done;
    },
    /**
     * The process dies without a word, and another starts `later`: on the bytes that were on the disk at that instant, log included. The
     * former one is put away on its own copy, where nothing it does can be seen.
     */
    crash(later: Duration = milliseconds(0)): void {
      for (const suffix of ['', '-wal']) copyFileSync(`${storeOf(life)}${suffix}`, `${storeOf(life + 1)}${suffix}`);
      current.engine.stop();
      current.db.close();
      life += 1;
      waiting = [];
      clock.advance(later);
      current = open();
      settle();
    },
    alarms(): Alarm[] {
      return current.db
        .prepare<[], { body: string }>('SELECT body FROM alarm ORDER BY seq')
        .all()
        .map(({ body }) => alarmSchema.parse(JSON.parse(body)));
    },
    /** Who has been told what, in order, as `person purpose`. */
    told(): string[] {
      return deliveries.map((delivery) => `${delivery.person ?? delivery.address.channel} ${delivery.subject.purpose}`);
    },
    close(): void {
      current.engine.stop();
      current.db.close();
    },
  };
  return rig;
};
export type KeeperRig = ReturnType<typeof createKeeperRig>;
