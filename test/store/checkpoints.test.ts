import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCheckpoints } from '../../gateway/store/checkpoints.ts';
import { openStore } from '../../gateway/store/open-store.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { waitFor } from '../harness/wait-for.ts';

const megabyte = 1_048_576;

test('the log is carried over beside the writer and begun anew, so that it stays short however much is written', async () => {
  await using folder = await tempDir('checkpoints');
  const path = join(folder.path, 'carebed.db');
  const db = openStore(path);
  const checkpoints = createCheckpoints(db);
  checkpoints.start();
  const insert = db.prepare('INSERT INTO counter (name, value) VALUES (?, 0)');
  let rows = 0;
  const write = (bytes: number): void => {
    rows += 1;
    insert.run(`${rows} ${'x'.repeat(bytes)}`);
  };
  /** A log that is begun anew has another salt in its header (https://www.sqlite.org/fileformat2.html#walformat). */
  const salt = (): string => readFileSync(`${path}-wal`).subarray(16, 24).toString('hex');
  const salts = new Set<string>();
  for (let round = 0; round < 4; round += 1) {
    const before = salt();
    salts.add(before);
    for (let part = 0; part < 6; part += 1) write(megabyte);
    await waitFor('the log to be begun anew', () => {
      write(1);
      return salt() !== before;
    });
  }
  checkpoints.stop();
  expect(salts.size).toBe(4);
  expect(db.prepare('SELECT count(*) FROM counter').pluck().get()).toBe(rows);
  expect(statSync(path).size).toBeGreaterThan(18 * megabyte);
  expect(statSync(`${path}-wal`).size).toBeLessThan(20 * megabyte);
  db.close();
});
