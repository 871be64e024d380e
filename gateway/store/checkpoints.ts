import { Worker } from 'node:worker_threads';
import type Database from 'better-sqlite3';

/** How often the length of the log is looked at. */
const everyMs = 250;
/** From this length on (4 MiB) the log is carried over and begun anew. */
const longLogPages = 1_024;

/**
 * Carries the write-ahead log over into the file from a thread of its own, so that no commit, and no call for help in it, waits for that:
 * writing thousands of pages and syncing them takes 10–100 ms. Only the last few pages, those written meanwhile, are carried over on the
 * writer's own connection `db`: a log is begun anew only when nothing is left in it. Should the thread die, the writer does it all by itself
 * when the log has grown to its `wal_autocheckpoint`.
 */
export const createCheckpoints = (db: Database.Database) => {
  let worker: Worker | null = null;
  let timer: NodeJS.Timeout | null = null;

  const carryOverTheRest = (): void => {
    try {
      db.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // The disk refuses: the next commit meets the same and says so.
    }
  };
  const logIsLong = (): boolean => {
    const [state] = db.pragma('wal_checkpoint(NOOP)') as { log: number }[];
    return (state?.log ?? 0) > longLogPages;
  };
  const look = (): void => {
    if (logIsLong()) worker?.postMessage('carry-over');
    else lookLater();
  };
  const lookLater = (): void => {
    timer = setTimeout(look, everyMs);
  };

  return {
    start(): void {
      const started = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { workerData: { path: db.name } });
      worker = started;
      started.on('message', () => {
        if (worker === null) return;
        carryOverTheRest();
        lookLater();
      });
      started.on('error', () => {
        worker = null;
      });
      started.unref();
      lookLater();
    },
    stop(): void {
      if (timer !== null) clearTimeout(timer);
      worker?.postMessage('close');
      worker = null;
    },
  };
};
