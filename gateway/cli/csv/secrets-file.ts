import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { CliFailure, exitCodes } from '../exit.ts';
import type { CliWords } from '../words.ts';
import type { GoodRow } from './read-csv.ts';

const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
const makeId = (): string => `d-${[...randomBytes(13)].map((byte) => alphabet[byte % alphabet.length]).join('')}`;

/** Devices with what they lacked: an id, and for those that sign in themselves a secret of 256 random bits. */
export const completeDevices = (rows: readonly GoodRow[]): { rows: GoodRow[]; made: { device: string; secret: string }[] } => {
  const made: { device: string; secret: string }[] = [];
  const complete = rows.map(({ line, row }): GoodRow => {
    const id = typeof row['id'] === 'string' ? row['id'] : makeId();
    if (row['hub'] !== undefined || row['secret'] !== undefined) return { line, row: { ...row, id } };
    const secret = randomBytes(32).toString('base64url');
    made.push({ device: id, secret });
    return { line, row: { ...row, id, secret } };
  });
  // A hub stands before the devices that speak through it.
  return { rows: complete.toSorted((a, b) => Number(a.row['hub'] !== undefined) - Number(b.row['hub'] !== undefined)), made };
};

/**
 * Writes secrets to a new file that only its owner can read, and has it on the disk before they are used: whatever happens afterwards, no
 * device has a secret that nobody knows. Fails rather than overwrite.
 */
export const writeSecrets = async (path: string, made: readonly { device: string; secret: string }[], words: CliWords): Promise<void> => {
  const file = await open(path, 'wx', 0o600).catch(() => {
    throw new CliFailure(exitCodes.usage, 'file-exists', words.fileExists(path));
  });
  try {
    await file.writeFile(stringify([...made], { header: true, columns: ['device', 'secret'] }));
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Takes the file away again when nothing was imported: its secrets belong to no device. */
export const dropSecrets = (path: string): Promise<void> => rm(path, { force: true });
