import { afterAll, beforeAll, expect, test } from 'vitest';
import { influxCursorName } from '../../gateway/telemetry/influx-writer.ts';
import { freePort } from '../harness/free-port.ts';
import { type Influxd, startInfluxd } from '../harness/influxd.ts';
import { openJournal, type RowInput } from './journal.ts';
import { startGate } from './gate.ts';
import { seqsIn, startWriting, upTo } from './writing.ts';

let influxd: Influxd;
beforeAll(async () => {
  influxd = await startInfluxd();
});
afterAll(async () => {
  await influxd.remove();
});

const now = Date.now();
/** Many of one device in one millisecond, as after a reconnection. */
const rows = (count: number, from = 0): RowInput[] =>
  Array.from({ length: count }, (_, index) => ({
    device: `pad-${(from + index) % 50}`,
    home: 'home-1',
    bed: `bed-${(from + index) % 50}`,
    received_at: now + Math.floor((from + index) / 1_000),
    facts: { occupied: index % 2 === 0, heartRate: 60 + (index % 30) },
  }));

let databases = 0;
const newDatabase = (): string => `carebed-${(databases += 1)}`;

test('every reading is written once, also many of one device in one millisecond, into a database it makes itself', async () => {
  await using journal = await openJournal();
  const database = newDatabase();
  await using writing = startWriting(journal, { settings: { port: influxd.port, database } });
  const last = journal.add(rows(12_000));
  writing.writer.committed(last);
  const status = await writing.caughtUp(last);
  expect(await seqsIn(influxd, database)).toEqual(upTo(12_000));
  expect(status).toMatchObject({ trouble: null, waiting: 0, oldestWaiting: null, written: 12_000, parked: 0, failedAttempts: 0 });
  expect(journal.cursor(influxCursorName)).toBe(last);
  expect(writing.writer.oldestNeeded()).toBe(last + 1);
});

test('rows that come while it writes are written too', async () => {
  await using journal = await openJournal();
  const database = newDatabase();
  await using writing = startWriting(journal, { settings: { port: influxd.port, database }, batchRows: 100 });
  let last = 0;
  for (let round = 0; round < 20; round += 1) {
    last = journal.add(rows(75, round * 75));
    writing.writer.committed(last);
    await writing.until('the next attempt', ({ position }) => position > last - 75);
  }
  await writing.caughtUp(last);
  expect(await seqsIn(influxd, database)).toEqual(upTo(1_500));
});

test('influxd killed while it is being written to: after its restart every row is there once', async () => {
  await using journal = await openJournal();
  const database = newDatabase();
  await using writing = startWriting(journal, { settings: { port: influxd.port, database }, batchRows: 1_000 });
  const last = journal.add(rows(60_000));
  for (const through of [5_000, 20_000]) {
    writing.writer.committed(last);
    await writing.until(`${through} rows`, ({ position }) => position >= through);
    await influxd.kill();
    await writing.until('it to notice', ({ trouble }) => trouble === 'influxdb-unreachable');
    expect(writing.writer.oldestNeeded()).toBeLessThanOrEqual(last);
    await influxd.start();
  }
  await writing.caughtUp(last);
  expect(await seqsIn(influxd, database)).toEqual(upTo(60_000));
  expect(writing.parked).toEqual([]);
});

test('with influxd away 50,000 readings wait on disk, the lag and the reason can be seen, and all are written when it is back', async () => {
  await using journal = await openJournal();
  const database = newDatabase();
  await influxd.stop();
  await using writing = startWriting(journal, { settings: { port: influxd.port, database } });
  const troubles = new Set<string | null>();
  const ignore = writing.writer.onAttempt(({ trouble }) => troubles.add(trouble));
  const last = journal.add(rows(50_000));
  writing.writer.committed(last);
  const away = await writing.until('several failures', ({ failedAttempts }) => failedAttempts >= 5);
  expect(away).toMatchObject({ trouble: 'influxdb-unreachable', waiting: 50_000, oldestWaiting: now, position: 0 });
  expect(away.troubleSince).toBeGreaterThanOrEqual(now);
  expect(writing.writer.oldestNeeded()).toBe(1);
  // Each attempt really tries: the client's own idea of a host to be left alone for a while is switched off.
  expect([...troubles]).toEqual(['influxdb-unreachable']);
  ignore();
  await influxd.start();
  const back = await writing.caughtUp(last);
  expect(back).toMatchObject({ trouble: null, troubleSince: null, waiting: 0 });
  expect(await seqsIn(influxd, database)).toEqual(upTo(50_000));
});

test.for(['silent', 'half'] as const)(
  'a server that takes connections and answers "%s" is given up in time, and written to when it speaks',
  async (mode) => {
    await using journal = await openJournal();
    await using gate = await startGate(influxd.port, mode);
    const database = newDatabase();
    await using writing = startWriting(journal, { settings: { port: gate.port, database, timeoutMs: 200 } });
    const last = journal.add(rows(500));
    writing.writer.committed(last);
    await writing.until('silence to be noticed', ({ trouble, failedAttempts }) => trouble === 'influxdb-silent' && failedAttempts >= 2);
    gate.answer('through');
    await writing.caughtUp(last);
    expect(await seqsIn(influxd, database)).toEqual(upTo(500));
  },
);

test('a frozen influxd is given up in time, and written to when it goes on', async () => {
  await using journal = await openJournal();
  const database = newDatabase();
  await using writing = startWriting(journal, { settings: { port: influxd.port, database, timeoutMs: 500 }, batchRows: 1_000 });
  influxd.freeze();
  const last = journal.add(rows(5_000));
  writing.writer.committed(last);
  await writing.until('silence to be noticed', ({ trouble }) => trouble === 'influxdb-silent');
  influxd.thaw();
  await writing.caughtUp(last);
  expect(await seqsIn(influxd, database)).toEqual(upTo(5_000));
});

test('rows that InfluxDB refuses for their type are put aside, and all others are written', async () => {
  await using journal = await openJournal();
  const database = newDatabase();
  await influxd.query(`CREATE DATABASE "${database}"`);
  const foreign = `reading,device=other battery="full" ${now}000000`;
  expect((await fetch(`${influxd.url}/write?db=${database}`, { method: 'POST', body: foreign })).status).toBe(204);
  await using writing = startWriting(journal, { settings: { port: influxd.port, database }, batchRows: 700 });
  const poison = new Set([3, 700, 701, 1_500]);
  const last = journal.add(upTo(2_000).map((seq) => ({ received_at: now, facts: poison.has(seq) ? { battery: 50 } : { occupied: true } })));
  writing.writer.committed(last);
  const status = await writing.caughtUp(last);
  expect(writing.parked.map(({ row, code }) => [row.seq, code])).toEqual([...poison].map((seq) => [seq, 'telemetry-row-refused']));
  expect(status).toMatchObject({ trouble: null, parked: 4, written: 1_996 });
  expect(await seqsIn(influxd, database)).toEqual(upTo(2_000).filter((seq) => !poison.has(seq)));
});

test.for([
  ['no JSON', '{"occupied":'],
  ['an unknown kind', '{"mood":3}'],
  ['a value of another type', '{"occupied":"yes"}'],
] as const)('a damaged row of the journal (%s) is put aside, and all others are written', async ([, damaged]) => {
  await using journal = await openJournal();
  const database = newDatabase();
  await using writing = startWriting(journal, { settings: { port: influxd.port, database } });
  const last = journal.add([{ facts: { open: true } }, { facts: damaged }, { facts: { open: false } }]);
  writing.writer.committed(last);
  await writing.caughtUp(last);
  expect(writing.parked.map(({ row, code }) => [row.seq, code])).toEqual([[2, 'telemetry-row-invalid']]);
  expect(await seqsIn(influxd, database)).toEqual([1, 3]);
});

test('a cursor that could not be saved makes no duplicates: neither when it is saved later, nor after a crash', async () => {
  await using journal = await openJournal();
  const database = newDatabase();
  const settings = { port: influxd.port, database };
  const last = journal.add(rows(3_000));
  {
    let refusals = 0;
    const saveCursor = async (): Promise<void> => {
      refusals += 1;
      throw new Error('disk full');
    };
    await using writing = startWriting(journal, { settings, saveCursor, batchRows: 1_000 });
    writing.writer.committed(last);
    const status = await writing.until('the store to refuse thrice', () => refusals >= 3);
    expect(status).toMatchObject({ trouble: 'store-refuses', position: 0, waiting: 3_000 });
  }
  const found = await seqsIn(influxd, database);
  expect(found.length).toBeGreaterThanOrEqual(1_000);
  expect(new Set(found).size).toBe(found.length);
  await using writing = startWriting(journal, { settings, batchRows: 800 });
  writing.writer.committed(last);
  await writing.caughtUp(last);
  expect(await seqsIn(influxd, database)).toEqual(upTo(3_000));
});

test('a row is put aside again rather than lost when putting it aside fails', async () => {
  await using journal = await openJournal();
  let tries = 0;
  const kept: number[] = [];
  await using writing = startWriting(journal, {
    settings: { port: influxd.port, database: newDatabase() },
    park: async (parked) => {
      tries += 1;
      if (tries === 1) throw new Error('disk full');
      kept.push(...parked.map(({ row }) => row.seq));
    },
  });
  const last = journal.add([{ facts: 'damaged' }]);
  writing.writer.committed(last);
  await writing.caughtUp(last);
  expect(kept).toEqual([1]);
});

test('a database dropped under way is made again', async () => {
  await using journal = await openJournal();
  const database = newDatabase();
  await using writing = startWriting(journal, { settings: { port: influxd.port, database } });
  const before = journal.add(rows(10));
  writing.writer.committed(before);
  await writing.caughtUp(before);
  await influxd.query(`DROP DATABASE "${database}"`);
  const last = journal.add(rows(10, 10));
  writing.writer.committed(last);
  await writing.caughtUp(last);
  expect(await seqsIn(influxd, database)).toEqual(upTo(20).slice(10));
});

test('a database it makes keeps points as long as it was told, and rows older than that are counted, not retried', async () => {
  await using journal = await openJournal();
  const database = newDatabase();
  await using writing = startWriting(journal, { settings: { port: influxd.port, database, retentionDays: 30 } });
  const longAgo = now - 60 * 86_400_000;
  const last = journal.add([{ facts: { open: true } }, { received_at: longAgo, facts: { open: true } }, { facts: { open: false } }]);
  writing.writer.committed(last);
  const status = await writing.caughtUp(last);
  expect(status).toMatchObject({ written: 2, expired: 1, parked: 0 });
  expect(await seqsIn(influxd, database)).toEqual([1, 3]);
  expect(JSON.stringify(await influxd.query(`SHOW RETENTION POLICIES ON "${database}"`))).toContain('"720h0m0s"');
});

test('a wrong password stops nothing but telemetry, is named, and the right one takes all rows through', async () => {
  await using locked = await startInfluxd({ config: { http: { 'auth-enabled': true } } });
  await locked.query(`CREATE USER carebed WITH PASSWORD 'right' WITH ALL PRIVILEGES`);
  await using journal = await openJournal();
  const last = journal.add(rows(100));
  const settings = { port: locked.port, credentials: { username: 'carebed', password: 'wrong' } };
  {
    await using writing = startWriting(journal, { settings });
    writing.writer.committed(last);
    const status = await writing.until('two refusals', ({ failedAttempts }) => failedAttempts >= 2);
    expect(status).toMatchObject({ trouble: 'influxdb-refuses-sign-in', position: 0, parked: 0 });
  }
  await using writing = startWriting(journal, { settings: { ...settings, credentials: { username: 'carebed', password: 'right' } } });
  writing.writer.committed(last);
  expect(await writing.caughtUp(last)).toMatchObject({ written: 100 });
});

test('waits grow to their bound and never beyond, and stopping ends a wait at once', async () => {
  await using journal = await openJournal();
  const port = await freePort();
  const writing = startWriting(journal, { settings: { port }, retry: { firstMs: 1, longestMs: 3_600_000 }, random: () => 1 });
  writing.writer.committed(journal.add(rows(1)));
  await writing.until('waits of over a second', ({ failedAttempts }) => failedAttempts >= 8);
  const before = performance.now();
  await writing.writer.stop();
  expect(performance.now() - before).toBeLessThan(1_000);
});
