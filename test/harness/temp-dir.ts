import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for one test. `await using folder = await tempDir('store')` removes it at the end of the block. */
export interface TempDir extends AsyncDisposable {
  readonly path: string;
  /** Removes the folder with all that is in it; doing so twice is harmless. */
  remove(): Promise<void>;
}

/** Makes an empty folder in the system's place for temporary files; `purpose` becomes part of its name. */
export async function tempDir(purpose: string): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), `carebed-${purpose}-`));
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  return { path, remove, [Symbol.asyncDispose]: remove };
}
