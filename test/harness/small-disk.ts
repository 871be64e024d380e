import { execFile } from 'node:child_process';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tempDir } from './temp-dir.ts';

const run = promisify(execFile);

/** A place for a data folder whose disk can be made full, and given room again. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** From now on no file in it can grow. `pid`: the process that is to feel it. */
  fill(pid: number): Promise<void>;
  free(pid: number): Promise<void>;
}

const bytes = 8 * 1_024 * 1_024;

/** A small disk of its own; only whoever may mount (root) can have one. */
const onTmpfs = async (): Promise<SmallDisk> => {
  const folder = await tempDir('small-disk');
  await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder.path]);
  const ballast = join(folder.path, 'ballast');
  return {
    path: folder.path,
    fill: async () => {
      const file = await open(ballast, 'w');
      try {
        for (let block = Buffer.alloc(65_536, 1); ; ) {
          const { bytesWritten } = await file.write(block).catch((error: NodeJS.ErrnoException) => {
            if (error.code === 'ENOSPC') return { bytesWritten: 0 };
            throw error;
          });
          if (bytesWritten > 0) continue;
          if (block.length === 4_096) return;
          block = Buffer.alloc(4_096, 1);
        }
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast),
    [Symbol.asyncDispose]: async () => {
      await run('umount', ['--lazy', folder.path]);
      await folder.remove();
    },
  };
};

/** The same for one process by its limit of file size: any write that makes a file longer fails. Everybody may do so to their own processes. */
const byLimit = async (): Promise<SmallDisk> => {
  const folder = await tempDir('small-disk');
  const limit = (pid: number, soft: string): Promise<unknown> => run('prlimit', ['--pid', String(pid), `--fsize=${soft}:unlimited`]);
  return {
    path: folder.path,
    fill: async (pid) => {
      await limit(pid, '4096');
    },
    free: async (pid) => {
      await limit(pid, 'unlimited');
    },
    [Symbol.asyncDispose]: () => folder.remove(),
  };
};

const mayMount = async (): Promise<boolean> => {
  const folder = await tempDir('may-mount');
  try {
    await writeFile(join(folder.path, 'here'), '');
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder.path]);
    await run('umount', [folder.path]);
    return true;
  } catch {
    return false;
  } finally {
    await folder.remove();
  }
};

/** Every way in which this machine lets a disk be full: the limit always, a real full disk where mounting is permitted. */
export const smallDisks: readonly { readonly way: string; readonly make: () => Promise<SmallDisk> }[] = [
  { way: 'a limit on the process', make: byLimit },
  ...((await mayMount()) ? [{ way: 'a full file system', make: onTmpfs }] : []),
];
