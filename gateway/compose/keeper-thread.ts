import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { decideNextAttempt } from '../../alerts/notifications/delivery/next-attempt.ts';
import { createPipeline } from '../../alerts/pipeline/pipeline.ts';
import { createDecoder } from '../../broker/decode.ts';
import { createModelLoader, repeatsOf } from '../../broker/model-store.ts';
import { CarebedFailure } from '../../domain/failure.ts';
import type { DeviceModelId } from '../../domain/ids.ts';
import { type Duration, days, type Instant, seconds } from '../../domain/instant.ts';
import type { ChannelName } from '../../domain/people.ts';
import { unpackBatch } from '../intake/batch.ts';
import { createEngine } from '../keeper/engine.ts';
import { createHousekeeping } from '../keeper/housekeeping.ts';
import type { FromKeeper, ToKeeper } from '../keeper/port.ts';
import { createWorld } from '../keeper/world.ts';
import { linkToken } from '../people/link-token.ts';
import { createShadowKeeper } from '../shadow/shadow-keeper.ts';
import { createSteadyClock } from '../steady-clock.ts';
import { backUp } from '../store/backup.ts';
import { openingFailure, openStore } from '../store/open-store.ts';
import { shadowRulesOn } from './shadow-rules.ts';

/** What the keeper thread is started with. */
export interface KeeperSettings {
  readonly storePath: string;
  readonly deviceModels: string | null;
  readonly linkKey: Uint8Array;
  readonly linkLife: Duration;
  readonly idempotentChannels: readonly ChannelName[];
  /** Embedded telemetry is kept this many days; null when it goes to InfluxDB. */
  readonly embeddedDays: number | null;
  readonly journalDays: number;
  /** Consumers of the journal whose cursors hold it back. */
  readonly consumers: readonly string[];
}

const port = parentPort;
if (port === null) throw new Error('keeper-thread.ts runs as a worker thread only');
const tell = (message: FromKeeper): void => port.postMessage(message);

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const failure = (error: unknown): { code: string; status: number; message: string } =>
  error instanceof CarebedFailure
    ? { code: error.code, status: error.status, message: error.message }
    : { code: 'store-unavailable', status: 503, message: `the store refuses: ${said(error)}` };

/** Why it does not start, for whoever reads it on a terminal. */
const startFailure = (error: unknown, { storePath }: KeeperSettings): { code: string; message: string } => {
  if (error instanceof CarebedFailure) return error;
  if (error instanceof Database.SqliteError) return openingFailure(storePath, error);
  return { code: 'keeper-failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
};

const start = (settings: KeeperSettings): void => {
  const clock = createSteadyClock((step) => tell({ type: 'trouble', code: 'clock-stepped', detail: `${step.by} ms`, over: false }));
  const db = openStore(settings.storePath);
  const loader = createModelLoader(settings.deviceModels ?? undefined);
  const world = createWorld((id) => {
    const model = loader.models().get(id);
    return model === undefined ? null : seconds(model.heartbeatSeconds);
  });
  const decoderOfNow = () =>
    createDecoder({
      models: loader.models(),
      findChild: (hub, name) => world.childOf(hub, name)?.id ?? null,
      modelOf: (device) => world.device(device)?.model ?? ('' as DeviceModelId),
    });
  let decode = decoderOfNow();
  let linkPrefix = '';
  const engine = createEngine({
    db,
    world,
    pipeline: createPipeline({
      world,
      onFault: (key, error) => tell({ type: 'trouble', code: 'rule-failed', detail: `${key}: ${String(error)}`, over: false }),
    }),
    decode: (message) => decode(message),
    knowsModel: (model) => loader.models().has(model),
    sleeps: (model) => loader.models().get(model)?.sleeps ?? false,
    repeatsWithin: (model) => repeatsOf(loader.models(), model),
    decide: decideNextAttempt,
    idempotentChannels: new Set(settings.idempotentChannels),
    linkFor: (link) => `${linkPrefix}${linkToken(settings.linkKey, link)}`,
    linkLife: settings.linkLife,
    mark: createHash('sha256').update('carebed-mark-1').update(settings.linkKey).digest('hex').slice(0, 8),
    clock,
    outputs: {
      acknowledged: (upTo, commitMs, readings, lastSeq) => tell({ type: 'acknowledged', upTo, commitMs, readings, lastSeq }),
      events: (events) => tell({ type: 'events', events }),
      deliver: (deliveries) => tell({ type: 'deliver', deliveries }),
      trouble: (code, detail, over) => tell({ type: 'trouble', code, detail, over }),
      mayLeave: (id, granted) =>
        tell(
          granted
            ? { type: 'done', id }
            : { type: 'answer', id, answer: { ok: false, code: 'not-wanted', status: 409, message: 'nobody needs this message any more' } },
        ),
      recordsChanged: (changed) => {
        shadow.recordsChanged(changed);
        tell({ type: 'records-changed', changed });
      },
      lateness: (lateMs) => tell({ type: 'lateness', lateMs }),
    },
  });
  const housekeeping = createHousekeeping({
    db,
    clock,
    embedded: settings.embeddedDays === null ? null : days(settings.embeddedDays),
    journal: days(settings.journalDays),
    consumers: settings.consumers,
    onCopied: (behind) => tell({ type: 'copied', behind }),
    onBehind: (error) =>
      tell({ type: 'trouble', code: 'telemetry-behind', detail: error === null ? '' : said(error), over: error === null }),
    onPruneFailed: (error) => tell({ type: 'trouble', code: 'prune-failed', detail: said(error), over: false }),
  });
  const shadow = createShadowKeeper({
    db,
    clock,
    startRules: shadowRulesOn(world),
    onTrouble: (error) => tell({ type: 'trouble', code: 'shadow-failed', detail: error === null ? '' : said(error), over: error === null }),
  });
  const lastAlive = db.prepare<[], number | null>('SELECT max(alive_at) FROM run').pluck().get() ?? null;
  const alive = setInterval(engine.alive, engine.aliveEvery);

  const answer = (message: Extract<ToKeeper, { id: number }>): void => {
    try {
      switch (message.type) {
        case 'command':
          return tell({ type: 'answer', id: message.id, answer: engine.execute(message.command, message.context) });
        case 'backup':
          backUp(db, message.path).then(
            () => tell({ type: 'done', id: message.id }),
            (error: unknown) => tell({ type: 'refused', id: message.id, ...failure(error) }),
          );
          return undefined;
        case 'leave':
          return engine.leave(message.id, message);
        case 'hold':
          engine.hold();
          return tell({ type: 'done', id: message.id });
        case 'give-back':
          engine.giveBack(message.claims);
          return tell({ type: 'done', id: message.id });
        case 'cursor':
          housekeeping.saveCursor(message.name, message.position);
          return tell({ type: 'done', id: message.id });
        case 'reject-row':
          housekeeping.rejectRow(message.device, message.seq, message.detail);
          return tell({ type: 'done', id: message.id });
      }
    } catch (error) {
      return tell({ type: 'refused', id: message.id, ...failure(error) });
    }
  };

  port.on('message', (message: ToKeeper) => {
    switch (message.type) {
      case 'begin':
        linkPrefix = message.linkPrefix;
        engine.begin();
        shadow.start(lastAlive as Instant | null);
        return housekeeping.start();
      case 'inbound':
        return engine.inbound(unpackBatch(message.batch));
      case 'delivered':
        return engine.delivered(message.delivery, message.result);
      case 'reload-models':
        // What is wrong in the folder is said by the main thread, which looks at the same files.
        loader.reload();
        decode = decoderOfNow();
        return undefined;
      case 'prune':
        shadow.prune();
        return housekeeping.prune();
      case 'stop':
        clearInterval(alive);
        housekeeping.stop();
        shadow.stop();
        engine.stop();
        db.close();
        tell({ type: 'stopped' });
        port.close();
        return undefined;
      case 'backup':
      case 'command':
      case 'cursor':
      case 'give-back':
      case 'hold':
      case 'leave':
      case 'reject-row':
        return answer(message);
    }
  });
  engine.load();
  tell({ type: 'ready' });
};

try {
  start(workerData as KeeperSettings);
} catch (error) {
  const { code, message } = startFailure(error, workerData as KeeperSettings);
  tell({ type: 'failed', code, message });
  port.close();
}
