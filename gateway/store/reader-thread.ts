import { parentPort, workerData } from 'node:worker_threads';
import { openForReading } from './open-store.ts';

/** The reader: a thread with a read-only connection, which answers one query after the other. */
export interface ReaderQuestion {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}
export type ReaderAnswer = { readonly id: number; readonly rows: readonly unknown[] } | { readonly id: number; readonly error: string };

const port = parentPort;
if (port === null) throw new Error('reader-thread.ts runs as a worker thread only');
const db = openForReading((workerData as { path: string }).path);

port.on('message', (question: ReaderQuestion | 'close') => {
  if (question === 'close') {
    db.close();
    port.close();
    return;
  }
  const { id, sql, parameters } = question;
  let answer: ReaderAnswer;
  try {
    answer = { id, rows: db.prepare(sql).all(...parameters) };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(answer);
});
