import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Something outside npm that the tests run against. */
export interface Requirement {
  /** The Debian package that brings it. */
  readonly packageName: string;
  /** What it is for, for whoever reads that it is missing. */
  readonly purpose: string;
  /** Any one of these being there is enough: a command by its name, or a file by its absolute path. */
  readonly anyOf: readonly string[];
}

/** What the tests need beside Node and what npm installs. */
export const requirements: readonly Requirement[] = [
  { packageName: 'influxdb', purpose: 'the telemetry tests write to a real InfluxDB 1.x', anyOf: ['influxd'] },
  { packageName: 'chromium', purpose: 'the page tests read the pages in a real browser', anyOf: ['chromium'] },
  {
    packageName: 'fonts-noto-cjk',
    purpose: 'Chinese text is drawn, not shown as empty boxes',
    anyOf: ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'],
  },
];

/** The requirements that are not met, looked up in the PATH given and in the places where Debian puts programs. */
export function missing(wanted: readonly Requirement[], path: string): readonly Requirement[] {
  const folders = [...path.split(delimiter), '/usr/local/bin', '/usr/bin', '/usr/sbin', '/bin'].filter((folder) => folder !== '');
  return wanted.filter(
    ({ anyOf }) => !anyOf.some((it) => (it.startsWith('/') ? existsSync(it) : folders.some((folder) => isProgram(join(folder, it))))),
  );
}

/** The command that a person types to install these packages. */
export function remedy(wanted: readonly Requirement[]): string {
  return `sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${wanted.map((it) => it.packageName).join(' ')}`;
}

/**
 * Installs what is missing through apt-get, as root or through a sudo that asks no password, and shows how it goes.
 * `rootBy` says which words bring root. Throws, naming what is missing and the command that installs it, when that does not succeed: no test is skipped for it.
 */
export function prepare(wanted: readonly Requirement[] = requirements, rootBy: typeof rights = rights): void {
  const path = process.env['PATH'] ?? '';
  const absent = missing(wanted, path);
  if (absent.length === 0) return;
  console.log('The tests need these Debian packages, which are not installed:');
  for (const { packageName, purpose } of absent) console.log(`  ${packageName}: ${purpose}`);
  const prefix = rootBy();
  const failure = prefix === undefined ? 'There is neither root nor a sudo without password here.' : install(prefix, absent);
  const still = missing(wanted, path);
  if (still.length > 0) {
    const names = still.map((it) => it.packageName).join(', ');
    throw new Error(
      `The tests cannot run without ${names}. ${failure ?? 'apt-get ran, and yet they are not there.'} To install:\n  ${remedy(still)}`,
    );
  }
  console.log('Installed.\n');
}

/** The words to put before a command that needs root; undefined when root cannot be had without asking. */
function rights(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined;
}

/** Runs apt-get; returns what went wrong, if anything. */
function install(prefix: readonly string[], absent: readonly Requirement[]): string | undefined {
  const patience = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  const names = absent.map((it) => it.packageName);
  for (const words of [
    ['apt-get', ...patience, 'update'],
    ['apt-get', ...patience, 'install', '--yes', '--no-install-recommends', ...names],
  ]) {
    const [command = '', ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', ...words];
    console.log(`$ ${words.join(' ')}`);
    try {
      execFileSync(command, rest, { stdio: ['ignore', 'inherit', 'inherit'] });
    } catch (cause) {
      return `"${words.join(' ')}" failed: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`;
    }
  }
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
