import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import SqliteDatabase from 'better-sqlite3';
import { systemClock } from '../domain/instant.ts';
import { createEmbeddedTelemetry, embeddedCursorName } from '../gateway/telemetry/embedded-writer.ts';
import { createInfluxConnection } from '../gateway/telemetry/influx-connection.ts';
import { influxTime } from '../gateway/telemetry/influx-points.ts';
import { createInfluxWriter } from '../gateway/telemetry/influx-writer.ts';
import type { ReadingRow } from '../gateway/telemetry/point.ts';
import { first } from '../gateway/store/migrations/0001-first.ts';
import { startInfluxd } from '../test/harness/influxd.ts';
import { tempDir } from '../test/harness/temp-dir.ts';
import { waitForEvent } from '../test/harness/wait-for.ts';

/** One measured figure beside its yardstick from the same run. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly yardstick: number;
  /** value / yardstick */
  readonly ratio: number;
}

/** How much to measure with. */
export interface TelemetryBenchOptions {
  readonly influxRows?: number;
  readonly embeddedRows?: number;
  readonly devices?: number;
}

const startedAt = 1_800_000_000_000;
const batch = 2_000;

/**
 * Claims: InfluxDB is fed at least at 60,000 readings a second, beside the same points sent as finished line protocol; and a reading in the
 * embedded store, with devices in random order, costs no more than a few times the insert into the journal that it came from.
 */
export async function benchTelemetry({
  influxRows = 300_000,
  embeddedRows = 300_000,
  devices = 10_000,
}: TelemetryBenchOptions = {}): Promise<readonly BenchRow[]> {
  return [...(await benchInflux(influxRows, devices)), ...(await benchEmbedded(embeddedRows, devices))];
}

const figure = (name: string, value: number, unit: string, yardstick: number): BenchRow => ({
  name,
  value,
  unit,
  yardstick,
  ratio: value / yardstick,
});

/** The same numbers in the same order on every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return state / 0x80_00_00_00;
  };
}

function readings(count: number, devices: number): ReadingRow[] {
  const next = random(1);
  return Array.from({ length: count }, (_, index) => {
    const device = Math.floor(next() * devices);
    const facts = {
      occupied: next() < 0.5,
      heartRate: 60 + Math.floor(next() * 30),
      breathingRate: 12 + Math.floor(next() * 8),
      battery: 90,
    };
    return {
      seq: index + 1,
      device: `pad-${device}`,
      home: `home-${device >> 1}`,
      bed: `bed-${device >> 1}`,
      received_at: startedAt + Math.floor(index / 10),
      device_at: null,
      event_id: null,
      facts: JSON.stringify(facts),
    };
  });
}

async function benchInflux(count: number, devices: number): Promise<readonly BenchRow[]> {
  await using influxd = await startInfluxd();
  const rows = readings(count, devices);

  await influxd.query('CREATE DATABASE "raw"');
  const bodies = Array.from({ length: Math.ceil(count / batch) }, (_, index) => lines(rows.slice(index * batch, (index + 1) * batch)));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const rawStarted = performance.now();
  for (const body of bodies) await post(influxd.port, agent, body);
  const rawSeconds = (performance.now() - rawStarted) / 1_000;
  agent.destroy();

  const connection = createInfluxConnection({
    protocol: 'http',
    host: influxd.host,
    port: influxd.port,
    database: 'carebed',
    credentials: null,
    timeoutMs: 30_000,
    retentionDays: null,
  });
  const writer = createInfluxWriter({
    connection,
    readJournal: async (after, limit) => rows.slice(after, after + limit),
    position: 0,
    saveCursor: async () => {},
    park: async () => {},
    clock: systemClock,
    batchRows: batch,
    lingerMs: 0,
  });
  const written = waitForEvent(
    'all rows to be written',
    (listener: (position: number) => void) => writer.onAttempt((status) => listener(status.position)),
    (position) => position === count,
    { within: 120_000, state: writer.status },
  );
  const busyBefore = process.cpuUsage();
  const started = performance.now();
  writer.start();
  writer.committed(count);
  await written;
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(busyBefore);
  await writer.stop();
  return [
    figure('telemetry: readings written to InfluxDB', count / seconds, 'readings/s', count / rawSeconds),
    figure('telemetry: CPU of the gateway for a reading to InfluxDB', (user + system) / count, 'µs', (1e6 * seconds) / count),
  ];
}

/** Finished line protocol: what any client would have to send. */
function lines(rows: readonly ReadingRow[]): string {
  return rows
    .map(({ seq, device, home, bed, received_at, facts }) => {
      const fields = Object.entries(JSON.parse(facts) as Record<string, unknown>).map(([kind, value]) => `${kind}=${String(value)}`);
      return `reading,device=${device},home=${home},bed=${bed} ${fields.join(',')},seq=${seq}i ${influxTime(received_at, seq)}`;
    })
    .join('\n');
}

function post(port: number, agent: Agent, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, agent, method: 'POST', path: '/write?db=raw&precision=n' }, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 204 ? resolve() : reject(new Error(`InfluxDB answered ${response.statusCode}`))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function benchEmbedded(count: number, devices: number): Promise<readonly BenchRow[]> {
  await using folder = await tempDir('telemetry-bench');
  const db = new SqliteDatabase(join(folder.path, 'carebed.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -65536');
  db.exec(first.sql);
  const telemetry = createEmbeddedTelemetry(db);
  const insert = db.prepare(
    'INSERT INTO reading (seq, device, home, bed, received_at, device_at, event_id, facts) VALUES (@seq, @device, @home, @bed, @received_at, @device_at, @event_id, @facts)',
  );
  const add = db.transaction((rows: readonly ReadingRow[]) => {
    for (const row of rows) insert.run(row);
  });
  const piece = 500;
  const rows = readings(count, devices);
  const holds: number[] = [];
  let insertMs = 0;
  let copyMs = 0;
  for (let start = 0; start < count; start += piece) {
    const before = performance.now();
    add(rows.slice(start, start + piece));
    insertMs += performance.now() - before;
    for (let more = true; more; ) {
      const began = performance.now();
      more = telemetry.copy(piece);
      holds.push(performance.now() - began);
    }
    copyMs = holds.reduce((sum, ms) => sum + ms, 0);
  }
  const done = db.prepare<[string], number>('SELECT position FROM cursor WHERE name = ?').pluck().get(embeddedCursorName) ?? 0;
  db.close();
  holds.sort((a, b) => a - b);
  const p99 = holds[Math.floor(holds.length * 0.99)] ?? 0;
  return [
    figure('telemetry: embedded copy of a reading', (1_000 * copyMs) / done, 'µs', (1_000 * insertMs) / count),
    figure(`telemetry: longest hold of the keeper by ${piece} rows of copying, p99`, p99, 'ms', (insertMs / count) * piece),
  ];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const rows = await benchTelemetry({ embeddedRows: Number(process.argv[2] ?? 300_000) });
  console.table(rows);
}
