import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

const port = parentPort;
if (port === null) throw new Error('checkpoint-thread.ts runs as a worker thread only');
const db = new Database((workerData as { path: string }).path, { fileMustExist: true });
db.pragma('wal_autocheckpoint = 0');

port.on('message', (ask: 'carry-over' | 'close') => {
  if (ask === 'close') {
    db.close();
    port.close();
    return;
  }
  try {
    // PASSIVE holds up nobody: whoever writes goes on writing meanwhile.
    db.pragma('wal_checkpoint(PASSIVE)');
  } catch {
    // The disk refuses; the writer's own commits meet the same and say so.
  }
  port.postMessage('done');
});
