import { open } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from './figure.ts';

/** How long the disk under `folder` takes to make 4 KB durable, in milliseconds: the floor of every commit. */
const syncTime = async (folder: string): Promise<number> => {
  const file = await open(join(folder, 'sync'), 'w');
  const took: number[] = [];
  for (let round = 0; round < 50; round += 1) {
    await file.write(new Uint8Array(4_096));
    const begun = performance.now();
    await file.datasync();
    took.push(performance.now() - begun);
  }
  await file.close();
  return median(took);
};

/** One line about what the figures were measured on. */
export const aboutMachine = async (folder: string): Promise<string> => {
  const cores = cpus();
  const sync = await syncTime(folder);
  return [
    `${cores.length} cores ${cores[0]?.model ?? ''}`.trim(),
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Node ${process.versions.node}`,
    `a sync of ${folder.split('/', 2).join('/') || '/'} takes ${sync.toFixed(2)} ms`,
    `load before ${loadavg()[0]?.toFixed(1)}`,
  ].join(', ');
};
