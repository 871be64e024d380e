import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CarebedFailure } from '../../domain/failure.ts';

/** Files of a demonstration, all in one folder that may be thrown away. */
export interface DemoFolder {
  readonly gateway: string;
  readonly config: string;
  readonly log: string;
  readonly street: string;
  /** True when a street from an earlier run lies there and is to be used again. */
  readonly kept: boolean;
}

const markName = 'made-by-carebed-demo';

/**
 * Makes the folder fresh, or with `keep` takes it as it is. Only a folder that a demonstration has made is ever emptied.
 * @throws CarebedFailure `demo-folder-not-ours`
 */
export const prepareDemoFolder = (folder: string, keep: boolean): DemoFolder => {
  const mark = join(folder, markName);
  if (existsSync(folder) && !existsSync(mark)) {
    throw new CarebedFailure(
      'demo-folder-not-ours',
      `${folder} is not a demonstration's folder (it holds no ${markName}): choose another with --data`,
      { status: 400 },
    );
  }
  const street = join(folder, 'street.json');
  const kept = keep && existsSync(street);
  if (!kept) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(mark, 'Everything here is made up and may be deleted.\n');
  return { gateway: join(folder, 'gateway'), config: join(folder, 'gateway.yaml'), log: join(folder, 'gateway.log'), street, kept };
};

/** Writes a file that only its owner can read. */
export const writePrivately = (path: string, text: string): void => writeFileSync(path, text, { mode: 0o600 });

/** The first administrator's token, where a gateway puts it. */
export const readFirstToken = (gatewayFolder: string): string => readFileSync(join(gatewayFolder, 'admin-token'), 'utf8').trim();
