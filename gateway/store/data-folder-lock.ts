import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CarebedFailure } from '../../domain/failure.ts';

/**
 * Takes a data folder for this process alone. SQLite by itself would let two gateways open one store: both would tell people, each would
 * forget what the other has raised. The lock is an exclusive transaction that is held open on a tiny file beside the store, so the
 * operating system releases it with the process, however that ends. A process must take the same folder once only: POSIX locks belong to
 * the process, and closing a second handle would release the first.
 * @returns how to give the folder back
 * @throws CarebedFailure `data-folder-in-use` (409), `data-folder-unusable`
 */
export const lockDataFolder = (folder: string): (() => void) => {
  const path = join(folder, 'carebed.lock');
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: 0 });
    // The transaction writes nothing, and needs no journal file; a full disk does not stand in its way.
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db?.close();
    if (cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY')) {
      throw new CarebedFailure(
        'data-folder-in-use',
        `--data ${folder} is in use by another Carebed process: stop that one first, or choose another folder`,
        { status: 409, cause },
      );
    }
    const code = cause instanceof Database.SqliteError ? cause.code : 'unknown';
    throw new CarebedFailure(
      'data-folder-unusable',
      `${path} cannot be locked (${code}): delete it if it is damaged, and see that this user may write there`,
      {
        cause,
      },
    );
  }
  const held = db;
  return () => {
    held.close();
  };
};
