import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CarebedFailure } from '../../domain/failure.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import { openForReading, storeVersion, versionOf } from './open-store.ts';

/** The store's file in a data folder. */
export const storeFileIn = (dataFolder: string): string => join(dataFolder, 'carebed.db');

/** Writes a consistent copy of the store while it is in use. Fails with `backup-exists` rather than overwrite a file. */
export const backUp = async (db: Database.Database, path: string): Promise<void> => {
  if (existsSync(path)) throw new CarebedFailure('backup-exists', `${path} exists already: choose another name`, { status: 409 });
  const unfinished = `${path}.part`;
  await rm(unfinished, { force: true });
  await db.backup(unfinished);
  await rename(unfinished, path);
};

/**
 * Puts a backup in the place of the store; the gateway must be stopped. The present store is kept beside it.
 * @returns where the former store is now, or null when there was none.
 * @throws CarebedFailure `backup-damaged`, `store-newer`, `store-in-use`, `data-folder-in-use`.
 */
export const restore = async (backup: string, dataFolder: string, stamp: string): Promise<string | null> => {
  checkBackup(backup);
  // A restore on a new machine comes before the gateway's first start.
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  // Held to the end, so that no gateway starts on a store that is being put in place.
  const unlock = lockDataFolder(dataFolder);
  try {
    return await replaceStore(backup, dataFolder, stamp);
  } finally {
    unlock();
  }
};

const replaceStore = async (backup: string, dataFolder: string, stamp: string): Promise<string | null> => {
  const target = storeFileIn(dataFolder);
  const incoming = `${target}.incoming`;
  await copyDurably(backup, incoming);
  const former = existsSync(target) ? `${target}.before-restore-${stamp}` : null;
  if (former !== null) {
    refuseWhenInUse(target);
    // A second name for the present store, then one atomic rename: at no instant is there no store (a gateway would begin an empty one).
    await link(target, former);
  }
  for (const suffix of ['-wal', '-shm']) await rm(`${target}${suffix}`, { force: true });
  await rename(incoming, target);
  return former;
};

const checkBackup = (path: string): void => {
  if (!existsSync(path)) throw new CarebedFailure('backup-missing', `${path} does not exist`, { status: 404 });
  let db: Database.Database | undefined;
  try {
    db = openForReading(path);
    const verdict = String(db.pragma('integrity_check', { simple: true }));
    if (verdict !== 'ok') throw new CarebedFailure('backup-damaged', `${path} is damaged: ${verdict.split('\n')[0]}`);
    const version = versionOf(db);
    if (version === 0 || version > storeVersion) {
      throw new CarebedFailure('store-newer', `${path} has version ${version}, this Carebed reads 1 to ${storeVersion}`);
    }
  } catch (cause) {
    if (cause instanceof CarebedFailure) throw cause;
    throw new CarebedFailure('backup-damaged', `${path} is not a readable Carebed store`, { cause });
  } finally {
    db?.close();
  }
};

/** A running gateway holds the write-ahead log; taking the exclusive lock fails then, and succeeds (folding the log in) when it is stopped. */
const refuseWhenInUse = (path: string): void => {
  // A plain locking_mode=EXCLUSIVE connection conflicts with any other connection to a WAL store.
  const db = new Database(path, { timeout: 500 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE; COMMIT');
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch (cause) {
    throw new CarebedFailure('store-in-use', `${path} is in use: stop the gateway first`, { cause });
  } finally {
    db.close();
  }
};

const copyDurably = async (from: string, to: string): Promise<void> => {
  await copyFile(from, to);
  const file = await open(to, 'r+');
  await file.sync();
  await file.close();
};
