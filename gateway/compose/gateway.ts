import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { schedule } from 'node-cron';
import { gaps, onDuty } from '../../alerts/escalation/roster.ts';
import { renderText } from '../../alerts/notifications/text/render-text.ts';
import { type Broker, createBroker } from '../../broker/broker.ts';
import { createModelLoader } from '../../broker/model-store.ts';
import { CarebedFailure } from '../../domain/failure.ts';
import { type Clock, hours } from '../../domain/instant.ts';
import { createApi } from '../api/create-api.ts';
import { defaultApiSettings } from '../api/parts.ts';
import { createCredentials } from '../devices/credentials.ts';
import { createIntake } from '../intake/intake.ts';
import { createKeeperClient, type KeeperNews } from '../keeper/keeper-client.ts';
import { createLiveFeed } from '../live-feed.ts';
import type { Logger } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { storeFileIn } from '../store/backup.ts';
import { lockDataFolder } from '../store/data-folder-lock.ts';
import { openReader } from '../store/open-reader.ts';
import { createTelling } from './channels.ts';
import type { GatewayConfig } from './config-schema.ts';
import { fillNewStore, linkKeyIn, ownCertificateIn, prepareDataFolder } from './first-start.ts';
import type { KeeperSettings } from './keeper-thread.ts';
import { createPastRules } from './past-worker.ts';
import { heartbeatSecondsOf } from './stored-world.ts';
import { createModelTools } from './model-tools.ts';
import { createTelemetry, type Telemetry, telemetryConsumer } from './telemetry.ts';
import { watchFolder } from './watch-models.ts';

/** Where a started gateway listens, as URLs; null where it was told not to. */
export interface GatewayAddresses {
  readonly http: string;
  readonly mqtt: string | null;
  readonly mqtts: string | null;
  readonly ws: string | null;
}

export interface Gateway {
  /** Resolves when everything listens. @throws CarebedFailure, with nothing left running. */
  start(): Promise<{ readonly addresses: GatewayAddresses; readonly firstTokenFile: string | null }>;
  /** Acknowledges and commits what is in hand, then closes everything. */
  stop(): Promise<void>;
}

/** Troubles that are over as soon as they are said: something happened, nothing stays wrong. */
const momentary = new Set(['clock-stepped', 'rule-failed', 'prune-failed']);
/** Troubles that are said, and that no call for help suffers from: history waits on disk, a bad model file leaves the good one in force. */
const sideMatters = new Set(['telemetry-behind', 'device-models', 'shadow-failed']);
/** How long requests under way may take when the gateway stops. */
const httpGraceMs = 2_000;
/** When the nightly clearing out begins, on the gateway's own wall clock. */
const pruneAt = '17 3 * * *';

const url = (scheme: string, address: AddressInfo | undefined): string | null => {
  if (address === undefined) return null;
  return `${scheme}://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
};

/**
 * The whole gateway, wired. This is the only place that knows all its parts.
 * @param onFatal the keeper thread died: the process must end, so that its supervisor starts it anew
 */
export const createGateway = (options: {
  readonly config: GatewayConfig;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onFatal: (error: Error) => void;
}): Gateway => {
  const { config, dataFolder, clock, log } = options;
  const metrics = createMetrics();
  const feed = createLiveFeed();
  /** How to undo what has been started so far, last first. */
  const undo: (() => unknown)[] = [];

  const stop = async (): Promise<void> => {
    for (let last = undo.pop(); last !== undefined; last = undo.pop()) await last();
  };

  const trouble = (code: string, detail: string, over: boolean): void => {
    if (over) log.info({ code }, 'trouble is over');
    else log.error({ code, detail }, 'trouble');
    metrics.setTrouble(code, !over && !momentary.has(code));
    feed.trouble({ code, since: clock.now(), over });
    if (!over && momentary.has(code)) feed.trouble({ code, since: clock.now(), over: true });
  };

  const run = async (): Promise<{ addresses: GatewayAddresses; firstTokenFile: string | null }> => {
    await prepareDataFolder(dataFolder);
    undo.push(lockDataFolder(dataFolder));
    const linkKey = await linkKeyIn(dataFolder);
    const models = createModelLoader(config.deviceModels);
    /** The ids of the models in force; the API looks into it whenever it is asked. */
    const modelIds = new Set<string>(models.models().keys());
    const telling = createTelling({
      config,
      clock,
      log,
      metrics,
      onResult: (delivery, result) => keeper.delivered(delivery, result),
      leave: (delivery) => keeper.leave(delivery),
      hold: () => keeper.hold(),
      giveBack: (deliveries) => keeper.giveBack(deliveries),
    });
    const consumer = telemetryConsumer(config);
    const settings: KeeperSettings = {
      storePath: storeFileIn(dataFolder),
      deviceModels: config.deviceModels ?? null,
      linkKey,
      linkLife: hours(config.linkHours),
      idempotentChannels: telling.idempotentChannels,
      embeddedDays: config.telemetry.store === 'embedded' ? config.telemetry.retentionDays : null,
      journalDays: config.journalDays,
      consumers: [consumer],
    };

    const onNews = (news: KeeperNews): void => {
      switch (news.type) {
        case 'acknowledged':
          metrics.observeStep('commit', news.commitMs);
          metrics.countReadings(news.readings);
          telemetry?.committed(news.lastSeq);
          return intake.acknowledge(news.upTo);
        case 'events':
          for (const event of news.events) {
            metrics.countAlarmEvent(event.event.type, event.rule);
            feed.publish(event);
          }
          return undefined;
        case 'deliver':
          return telling.deliver(news.deliveries);
        case 'trouble':
          return trouble(news.code, news.detail, news.over);
        case 'lateness':
          return metrics.observeLateness(news.lateMs);
        case 'copied':
          return metrics.setQueue('telemetry', news.behind);
        case 'records-changed': {
          const devices = news.changed.filter(({ record }) => record === 'device').map(({ id }) => id);
          if (devices.length === 0) return undefined;
          credentials.refresh(devices).then(
            (changed) => {
              for (const device of changed) broker?.disconnect(device, 'credential-changed');
            },
            (error: unknown) => log.error({ err: error }, 'devices could not be read anew'),
          );
          return undefined;
        }
      }
    };

    const worker = new Worker(new URL('./keeper-thread.ts', import.meta.url), {
      workerData: settings,
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    const keeper = createKeeperClient(worker, onNews, options.onFatal);
    undo.push(() => keeper.stop());
    await keeper.ready();
    let telemetry: Telemetry | null = null;
    const { reader, close } = openReader(settings.storePath);
    undo.push(close);
    const firstTokenFile = await fillNewStore(dataFolder, { reader, keeper });
    const credentials = createCredentials(reader);
    await credentials.load();

    undo.push(() => telling.stop());
    telemetry = createTelemetry({ config, reader, keeper, clock, log, metrics });
    await telemetry.start();
    undo.push(() => telemetry.stop());

    const intake = createIntake(
      (batch) => keeper.inbound(batch),
      clock.monotonic,
      (ms) => metrics.observeStep('intake', ms),
    );
    let broker: Broker | null = null;
    const publicHost =
      config.deviceHost ?? (config.http.publicUrl === undefined ? config.http.host : new URL(config.http.publicUrl).hostname);
    const bound: { mqtt: number | null; mqtts: number | null } = { mqtt: null, mqtts: null };

    const past = createPastRules(settings.storePath, () => heartbeatSecondsOf(models.models()));
    undo.push(() => past.stop());

    const api = await createApi({
      reader,
      keeper,
      feed,
      telemetry: telemetry.queries,
      past,
      clock,
      secrets: { linkKey },
      metrics: metrics.registry,
      deviceModels: modelIds,
      modelTools: createModelTools(models.models),
      health: {
        ready: () => {
          const reasons = [...feed.troubles(), ...(broker === null ? ['broker-not-listening'] : []), ...telemetry.reasons()];
          // Only what stands between a call and a person makes it unready: who restarts it for less takes calls away.
          return { ready: reasons.every((reason) => sideMatters.has(reason)), reasons };
        },
      },
      log,
      settings: {
        ...defaultApiSettings,
        get publicUrl() {
          return publicUrl;
        },
        broker: {
          host: publicHost,
          get mqtt() {
            return bound.mqtt;
          },
          get mqtts() {
            return bound.mqtts;
          },
        },
        backupFolder: join(dataFolder, 'backups'),
        openMetrics: config.openMetrics,
        trustProxy: config.http.trustProxy,
      },
      onDuty,
      gaps,
      messageText: (subject, role, language) => renderText(subject, role, language, null),
    });
    let publicUrl = config.http.publicUrl?.replace(/\/+$/, '') ?? '';
    undo.push(async () => {
      // A connection that has never asked anything is not idle to Node and would be waited for: after a grace period all are cut.
      const cut = setTimeout(() => api.server.closeAllConnections(), httpGraceMs);
      await api.close();
      clearTimeout(cut);
    });
    const http = await listen(api, config.http);
    if (publicUrl === '') publicUrl = http;

    keeper.begin(`${publicUrl}/a/`);
    const started = createBroker({
      listeners: {
        ...(config.mqtt === null ? {} : { mqtt: config.mqtt }),
        ...(config.mqtts === null
          ? {}
          : { mqtts: { host: config.mqtts.host, port: config.mqtts.port, ...(await certificateOf(config, dataFolder, publicHost)) } }),
        ...(config.websocket === null ? {} : { ws: config.websocket }),
      },
      findCredential: credentials.find,
      accept: intake.accept,
      clock,
      counters: { count: (name, by = 1) => metrics.countBroker(name, by) },
      limits: config.broker,
      commandsOf: (model) => models.models().get(model)?.commands ?? ['command/#'],
    });
    const listening = await started.start();
    broker = started;
    bound.mqtt = listening.mqtt?.port ?? null;
    bound.mqtts = listening.mqtts?.port ?? null;
    undo.push(async () => {
      broker = null;
      await started.stop();
    });

    if (config.deviceModels !== undefined) {
      const reload = (): void => {
        const faults = models.reload();
        modelIds.clear();
        for (const id of models.models().keys()) modelIds.add(id);
        keeper.reloadModels();
        if (faults.length > 0) trouble('device-models', faults.join('\n'), false);
        else if (feed.troubles().includes('device-models')) trouble('device-models', '', true);
        else log.info('device models were read anew');
      };
      undo.push(
        watchFolder(config.deviceModels, reload, (error) =>
          trouble('device-models', `the folder is watched no more: ${String(error)}`, false),
        ),
      );
    }

    const nightly = schedule(pruneAt, () => keeper.prune());
    undo.push(() => nightly.stop());
    const gauges = setInterval(() => {
      metrics.setQueue('intake', intake.pending());
      metrics.setQueue('notifications', telling.pending());
    }, 1_000);
    undo.push(() => clearInterval(gauges));

    return {
      addresses: { http, mqtt: url('mqtt', listening.mqtt), mqtts: url('mqtts', listening.mqtts), ws: url('ws', listening.ws) },
      firstTokenFile,
    };
  };

  return {
    start: async () => {
      try {
        return await run();
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
  };
};

const listen = async (api: Awaited<ReturnType<typeof createApi>>, { host, port }: GatewayConfig['http']): Promise<string> => {
  try {
    return await api.listen({ host, port });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const why = code === 'EADDRINUSE' ? 'something else is listening there' : code;
    throw new CarebedFailure('http-cannot-listen', `http cannot bind ${host}:${port}: ${why}`, { cause });
  }
};

const certificateOf = async (config: GatewayConfig, dataFolder: string, host: string): Promise<{ key: string; cert: string }> => {
  const { keyFile, certFile } = config.mqtts ?? {};
  if (keyFile === undefined || certFile === undefined) return ownCertificateIn(dataFolder, host);
  try {
    return { key: await readFile(keyFile, 'utf8'), cert: await readFile(certFile, 'utf8') };
  } catch (cause) {
    const { code = 'unknown', path = '' } = cause as NodeJS.ErrnoException;
    throw new CarebedFailure('config-invalid', `mqtts: ${path} cannot be read (${code}): give the PEM files of key and certificate`, {
      cause,
    });
  }
};
