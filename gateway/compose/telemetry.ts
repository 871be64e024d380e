import type { Clock } from '../../domain/instant.ts';
import type { KeeperClient } from '../keeper/keeper-client.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Reader } from '../store/reader.ts';
import { createEmbeddedQueries } from '../telemetry/embedded-queries.ts';
import { embeddedCursorName } from '../telemetry/embedded-writer.ts';
import { createInfluxConnection } from '../telemetry/influx-connection.ts';
import { createInfluxQueries } from '../telemetry/influx-queries.ts';
import { createInfluxWriter, influxCursorName } from '../telemetry/influx-writer.ts';
import type { TelemetryQueries } from '../telemetry/store.ts';
import type { GatewayConfig } from './config-schema.ts';

/** Where telemetry goes, and where it is asked for. */
export interface Telemetry {
  readonly queries: TelemetryQueries;
  start(): Promise<void>;
  /** The journal has grown to this row. */
  committed(lastSeq: number): void;
  /** What is wrong with it, as codes for /readyz: readings wait on disk, but history is not up to date. */
  reasons(): readonly string[];
  stop(): Promise<void>;
}

/** The cursor that holds the journal back. */
export const telemetryConsumer = (config: GatewayConfig): string =>
  config.telemetry.store === 'embedded' ? embeddedCursorName : influxCursorName;

/** An answer of InfluxDB later than this counts as none. */
const influxTimeoutMs = 10_000;
const behind = 'telemetry-behind';

export const createTelemetry = (options: {
  readonly config: GatewayConfig;
  readonly reader: Reader;
  readonly keeper: KeeperClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}): Telemetry => {
  const { config, reader, keeper, clock, log, metrics } = options;
  if (config.telemetry.store === 'embedded') {
    // The keeper itself copies the journal into the embedded store; nothing runs here.
    return { queries: createEmbeddedQueries(reader), start: async () => {}, committed: () => {}, reasons: () => [], stop: async () => {} };
  }
  const { url, database, username, password } = config.telemetry;
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  const connection = createInfluxConnection({
    protocol: scheme,
    host: hostname,
    port: port === '' ? (scheme === 'https' ? 443 : 80) : Number(port),
    database,
    credentials: username === undefined ? null : { username, password: password ?? '' },
    timeoutMs: influxTimeoutMs,
    retentionDays: null,
  });
  let writer: ReturnType<typeof createInfluxWriter> | null = null;
  let lastSeq = 0;
  return {
    queries: createInfluxQueries(connection),
    async start() {
      const cursor = await reader.selectFrom('cursor').select('position').where('name', '=', influxCursorName).executeTakeFirst();
      const top = await reader
        .selectFrom('reading')
        .select(({ fn }) => fn.max('seq').as('top'))
        .executeTakeFirst();
      writer = createInfluxWriter({
        connection,
        readJournal: (afterSeq, limit) =>
          reader.selectFrom('reading').selectAll().where('seq', '>', afterSeq).orderBy('seq').limit(limit).execute(),
        position: cursor?.position ?? 0,
        saveCursor: (position) => keeper.saveCursor(influxCursorName, position),
        park: async (rows) => {
          for (const { row, code } of rows) await keeper.rejectRow(row.device, row.seq, code);
        },
        clock,
      });
      let said: string | null = null;
      writer.onAttempt((status) => {
        metrics.setQueue('telemetry', status.waiting);
        if (status.trouble === said) return;
        said = status.trouble;
        if (said === null) log.info({ waiting: status.waiting }, 'telemetry is written again');
        else log.warn({ code: said, waiting: status.waiting }, 'telemetry waits on disk');
      });
      writer.start();
      writer.committed(Math.max(lastSeq, Number(top?.top ?? 0)));
    },
    committed(seq) {
      lastSeq = seq;
      writer?.committed(seq);
    },
    reasons: () => (writer?.status().trouble == null ? [] : [behind]),
    async stop() {
      await writer?.stop();
      connection.close();
    },
  };
};
