import Database from 'better-sqlite3';
import { CarebedFailure } from '../../domain/failure.ts';
import { migrations } from './migrations/index.ts';

/**
 * Opens the gateway's one file for writing, makes it when absent, and brings its shape forward.
 *
 * WAL with synchronous=FULL: a commit that returned survives a power cut (https://www.sqlite.org/pragma.html#pragma_synchronous).
 * @throws CarebedFailure `store-newer` when a newer Carebed wrote the file, `store-unreadable` when it is not a store.
 */
export const openStore = (path: string): Database.Database => {
  const db = openFile(path);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 5000');
    // 64 MiB of pages: the hot part of a city's records stays in memory.
    db.pragma('cache_size = -65536');
    // Carrying the log over is for checkpoints.ts; a writer does it by itself only when the log has grown to 64 MiB.
    db.pragma('wal_autocheckpoint = 16384');
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/** Opens the file for reading only, for queries and checks. */
export const openForReading = (path: string): Database.Database => {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  db.pragma('busy_timeout = 5000');
  return db;
};

const openFile = (path: string): Database.Database => {
  let db: Database.Database;
  try {
    db = new Database(path);
  } catch (cause) {
    throw cause instanceof Database.SqliteError ? openingFailure(path, cause) : cause;
  }
  try {
    db.pragma('user_version');
    return db;
  } catch (cause) {
    db.close();
    if (cause instanceof Database.SqliteError && cause.code !== 'SQLITE_NOTADB') throw openingFailure(path, cause);
    throw new CarebedFailure('store-unreadable', `${path} is not a Carebed store: restore a backup, or point --data at an empty folder`, {
      cause,
    });
  }
};

/** What an error of SQLite while opening the store means for whoever starts the gateway, and what to do about it. */
export const openingFailure = (path: string, cause: InstanceType<typeof Database.SqliteError>): CarebedFailure => {
  const damaged = cause.code.startsWith('SQLITE_CORRUPT') || cause.code === 'SQLITE_NOTADB';
  return damaged
    ? new CarebedFailure(
        'store-damaged',
        `${path} is damaged (${cause.code}): keep a copy of it, and put a backup in its place with carebed restore FILE --data DIR`,
        { cause },
      )
    : new CarebedFailure(
        'store-unusable',
        `${path} cannot be used (${cause.code}): see that the disk is not full and that this user may write to its folder`,
        { cause },
      );
};

/** The version this Carebed writes. */
export const storeVersion = migrations.at(-1)?.version ?? 0;

/** The version of an open store. */
export const versionOf = (db: Database.Database): number => Number(db.pragma('user_version', { simple: true }));

const migrate = (db: Database.Database): void => {
  const found = versionOf(db);
  if (found > storeVersion) {
    throw new CarebedFailure(
      'store-newer',
      `the store has version ${found}, this Carebed knows up to ${storeVersion}: start the Carebed that wrote it, or restore an older backup`,
    );
  }
  for (const migration of migrations) {
    if (migration.version <= found) continue;
    // One transaction a step: a crash in between leaves the step undone, never half done.
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  }
};
