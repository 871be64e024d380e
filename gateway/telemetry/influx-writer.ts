import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, type Instant, instant } from '../../domain/instant.ts';
import { type BatchOutcome, type ParkedRow, writeBatch } from './influx-batch.ts';
import type { InfluxConnection } from './influx-connection.ts';
import { type AgainCode, readInfluxFailure } from './influx-failure.ts';
import type { ReadingRow } from './point.ts';

/** The writer's place in the journal, in table `cursor`. */
export const influxCursorName = 'telemetry:influx';

export interface InfluxWriterOptions {
  readonly connection: InfluxConnection;
  /** Rows with a seq after `afterSeq`, in order, at most `limit`. */
  readonly readJournal: (afterSeq: number, limit: number) => Promise<readonly ReadingRow[]>;
  /** Where the cursor stands in the store. */
  readonly position: number;
  /** Resolves when the cursor is committed. */
  readonly saveCursor: (position: number) => Promise<void>;
  /** Keeps rows that InfluxDB will never take; resolves when that is committed. May be told of a row again after a crash. */
  readonly park: (rows: readonly ParkedRow[]) => Promise<void>;
  readonly clock: Clock;
  /** Rows in one request; two requests at most are under way. Making one ready holds up the thread for about 5 µs a row. */
  readonly batchRows?: number;
  /** How long to let rows gather when there is less than a batch, in milliseconds. */
  readonly lingerMs?: number;
  /** First and longest wait after a failure, in milliseconds, each shortened by chance down to half. */
  readonly retry?: { readonly firstMs: number; readonly longestMs: number };
  readonly random?: () => number;
}

/** For metrics and health. */
export interface InfluxWriterStatus {
  /** Why nothing gets through, while nothing does; null when all is well. */
  readonly trouble: AgainCode | 'store-refuses' | 'database-missing' | null;
  readonly troubleSince: Instant | null;
  /** Every row up to this one is in InfluxDB or parked, and the store knows. */
  readonly position: number;
  /** Rows committed and not written yet. */
  readonly waiting: number;
  /** When the first row still waiting was received, as of the last attempt; null when none is. */
  readonly oldestWaiting: Instant | null;
  readonly written: number;
  readonly parked: number;
  readonly expired: number;
  readonly failedAttempts: number;
}

/** Takes the journal to InfluxDB: in order, each row once, never dropping one because InfluxDB is away. */
export interface InfluxWriter {
  start(): void;
  /** Lets the request under way finish for `graceMs`, then cuts it. What was not written is written after the next start. */
  stop(graceMs?: number): Promise<void>;
  /** The journal has grown to this row. Cheap; call it after every commit, and once after the start. */
  committed(seq: number): void;
  status(): InfluxWriterStatus;
  /** The first row of the journal that must be kept for it. */
  oldestNeeded(): number;
  /** Called after every attempt. Returns how to unsubscribe. */
  onAttempt(listener: (status: InfluxWriterStatus) => void): () => void;
}

export function createInfluxWriter(options: InfluxWriterOptions): InfluxWriter {
  const { connection, readJournal, saveCursor, park, clock, batchRows = 2_000, lingerMs = 250, random = Math.random } = options;
  const { firstMs, longestMs } = options.retry ?? { firstMs: 250, longestMs: 10_000 };
  const listeners = new Set<(status: InfluxWriterStatus) => void>();
  const ending = new AbortController();
  const totals = { written: 0, parked: 0, expired: 0, failedAttempts: 0 };
  let position = options.position;
  let head = position;
  let wake = (): void => undefined;
  let trouble: InfluxWriterStatus['trouble'] = null;
  let troubleSince: Instant | null = null;
  let oldestWaiting: Instant | null = null;
  let running: Promise<void> | null = null;

  const status = (): InfluxWriterStatus => ({
    trouble,
    troubleSince,
    position,
    waiting: Math.max(0, head - position),
    oldestWaiting,
    ...totals,
  });

  const wait = async (ms: number): Promise<void> => {
    // Only `stop` ends a wait early, and the loop looks for that itself.
    await pause(ms, undefined, { signal: ending.signal }).catch(() => undefined);
  };
  const untilCommitted = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      if (head > position || ending.signal.aborted) resolve();
    });

  /** Settles one batch: what was put aside and the cursor are in the store before the next is settled. */
  const settle = async (rows: readonly ReadingRow[], sending: Promise<BatchOutcome>): Promise<void> => {
    const outcome = await sending;
    if (outcome.parked.length > 0) await store(() => park(outcome.parked));
    const last = rows.at(-1)?.seq ?? position;
    await store(() => saveCursor(last));
    position = last;
    head = Math.max(head, position);
    totals.written += outcome.written;
    totals.parked += outcome.parked.length;
    totals.expired += outcome.expired;
  };

  /** Takes the next rows through: one batch, or when more wait a second one that is made ready while InfluxDB works on the first. */
  const attempt = async (): Promise<void> => {
    const announced = head;
    const rows = await store(() => readJournal(position, batchRows));
    const [first] = rows;
    if (first === undefined) {
      // Announced, and not there to be read: nothing waits until more is announced.
      if (head === announced) head = position;
      return;
    }
    oldestWaiting = instant(first.received_at);
    const sending = writeBatch(connection, rows);
    // A failure is met when the first batch is settled, and must not count as unmet until then.
    sending.catch(() => undefined);
    const after = rows.at(-1)?.seq ?? position;
    const more = rows.length < batchRows ? [] : await store(() => readJournal(after, batchRows));
    const sendingMore = more.length === 0 ? null : writeBatch(connection, more);
    sendingMore?.catch(() => undefined);
    await settle(rows, sending);
    if (sendingMore !== null) await settle(more, sendingMore);
    oldestWaiting = null;
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!ending.signal.aborted) {
      await untilCommitted();
      if (head - position < batchRows) await wait(lingerMs);
      if (ending.signal.aborted) return;
      try {
        await attempt();
        failures = 0;
        trouble = null;
        troubleSince = null;
      } catch (cause) {
        failures += 1;
        totals.failedAttempts += 1;
        trouble = codeOf(cause);
        troubleSince ??= clock.now();
      }
      for (const listener of listeners) listener(status());
      if (failures > 0) await wait(Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 20)) * (0.5 + random() / 2));
    }
  };

  return {
    start() {
      running ??= run();
    },
    async stop(graceMs = 2_000) {
      ending.abort();
      wake();
      const cut = setTimeout(() => connection.close(), graceMs);
      await running;
      clearTimeout(cut);
      connection.close();
    },
    committed(seq) {
      head = Math.max(head, seq);
      if (head > position) wake();
    },
    status,
    oldestNeeded: () => position + 1,
    onAttempt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Marks a failure as our own store's, not InfluxDB's. */
class StoreRefuses extends Error {}

async function store<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new StoreRefuses('The gateway could not read its journal or save its place in it.', { cause });
  }
}

function codeOf(cause: unknown): InfluxWriterStatus['trouble'] {
  if (cause instanceof StoreRefuses) return 'store-refuses';
  const failure = readInfluxFailure(cause);
  if (failure.type === 'again') return failure.code;
  return failure.type === 'no-database' ? 'database-missing' : 'influxdb-failing';
}
