import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const entrySchema = z.looseObject({
  version: z.string().optional(),
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  dev: z.boolean().optional(),
  optional: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});

/** What of a package-lock.json matters here; the rest is kept as it is. */
export const lockFileSchema = z.looseObject({ packages: z.record(z.string(), entrySchema) });

export type LockFile = z.infer<typeof lockFileSchema>;

/**
 * The entries that a lock file should have and has not: programs built for other systems, which npm leaves out when the registry
 * in use does not offer them. `npm ci` refuses such a lock file, on every system. The entries say version and system and have no
 * checksum: npm passes them over on a system that is not theirs, and looks them up by name on one that is.
 * Throws for a name that does not tell its system, since a guess would be installed everywhere.
 */
export function missingEntries({ packages }: LockFile): ReadonlyMap<string, LockFile['packages'][string]> {
  const found = new Map<string, LockFile['packages'][string]>();
  for (const [path, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (places(path, name).some((place) => packages[place] !== undefined)) continue;
      found.set(`node_modules/${name}`, { version, ...systemOf(name), ...(dev === true ? { dev } : {}), optional: true });
    }
  }
  return found;
}

/** Where Node would look for a package that the package at `path` asks for, nearest first. */
function places(path: string, name: string): readonly string[] {
  const above = path.lastIndexOf('node_modules/');
  const here = `${path === '' ? '' : `${path}/`}node_modules/${name}`;
  return path === '' ? [here] : [here, ...places(path.slice(0, Math.max(0, above - 1)), name)];
}

const system = /(?<os>android|darwin|freebsd|linux|openharmony|win32)-(?<cpu>arm64|arm|x64|ia32|ppc64|riscv64|s390x)(?:-(?<abi>[a-z]+))?$/;

function systemOf(name: string): Record<string, string[]> {
  const { os, cpu, abi } = system.exec(name)?.groups ?? {};
  if (os === undefined || cpu === undefined) throw new Error(`The name of ${name} does not say for which system it is.`);
  const libc = os !== 'linux' || abi === undefined ? {} : { libc: [abi.startsWith('musl') ? 'musl' : 'glibc'] };
  return { os: [os], cpu: [cpu], ...libc };
}

/** Adds the missing entries to the lock file, in npm's order. */
function main(): void {
  const file = join(import.meta.dirname, '..', '..', 'package-lock.json');
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingEntries(lockFileSchema.parse(read));
  // Written from what was read, not from what was parsed: parsing changes the order of the words, and the difference would hide the news.
  const lock = read as LockFile;
  const packages = Object.fromEntries([...Object.entries(lock.packages), ...missing].sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
  console.log(`${missing.size} entries added to package-lock.json`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main();
