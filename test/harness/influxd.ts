import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from './free-port.ts';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait-for.ts';

/** How one influxd differs from the plain one. */
export interface InfluxdOptions {
  /** Settings of influxdb.conf by section, put over the defaults: `{ http: { 'auth-enabled': true } }`. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  /** The program; Debian's, found in the PATH, unless said otherwise. */
  readonly program?: string;
}

/** A real InfluxDB 1.x on ports and in a folder of its own. */
export interface Influxd extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Its configuration and its data. */
  readonly folder: string;
  /** What it has written to its log since it was first started, at most the last 64 KiB. */
  log(): string;
  /** Starts it on the same ports and the same data, and waits until it answers /ping. */
  start(): Promise<void>;
  /** SIGTERM, and waits until it is gone. Harmless when it is not running. */
  stop(): Promise<void>;
  /** SIGKILL, as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
  /** Stops it at once where it stands (SIGSTOP): connections are taken and never answered. */
  freeze(): void;
  /** Goes on after `freeze`. */
  thaw(): void;
  /** Asks InfluxQL and gives back the decoded answer; throws when InfluxDB reports an error. */
  query(influxql: string, database?: string): Promise<unknown>;
  /** Kills it and removes its folder. */
  remove(): Promise<void>;
}

/** Prepares an influxd in a temporary folder and starts it; resolves when it answers. */
export async function startInfluxd({ config = {}, program = 'influxd' }: InfluxdOptions = {}): Promise<Influxd> {
  const folder = await tempDir('influxd');
  const [port = 0, backupPort = 0] = await freePorts(2);
  const url = `http://127.0.0.1:${port}`;
  const file = join(folder.path, 'influxdb.conf');
  await mkdir(join(folder.path, 'data'));
  await writeFile(file, toToml(configuration(folder.path, port, backupPort), config));
  let child: ChildProcess | undefined;
  let written = '';

  const isRunning = (it: ChildProcess): boolean => it.exitCode === null && it.signalCode === null;

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const it = child;
    child = undefined;
    if (it === undefined || !isRunning(it)) return;
    const gone = once(it, 'exit');
    // A frozen process hears nothing but SIGKILL until it is let go on.
    it.kill('SIGCONT');
    it.kill(signal);
    await gone;
  };

  const start = async (): Promise<void> => {
    if (child !== undefined && isRunning(child)) return;
    const it = spawn(program, ['-config', file], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: folder.path } });
    child = it;
    // A test process that ends without cleaning up does not leave a database behind.
    const onExit = (): void => void it.kill('SIGKILL');
    process.once('exit', onExit);
    it.once('exit', () => process.off('exit', onExit));
    let failure: Error | undefined;
    it.once('error', (cause) => {
      failure = cause;
    });
    const keep = (chunk: Buffer): void => {
      written = (written + chunk.toString('utf8')).slice(-65_536);
    };
    it.stdout.on('data', keep);
    it.stderr.on('data', keep);
    const answers = async (): Promise<'up' | 'gone' | false> => {
      if (failure !== undefined || !isRunning(it)) return 'gone';
      return (await fetch(`${url}/ping`, { signal: AbortSignal.timeout(2000) })).status === 204 ? 'up' : false;
    };
    const state = await waitFor('influxd to answer /ping', answers, { within: 30_000, state: () => written.slice(-2000) });
    if (state === 'gone') throw new Error(`influxd did not start: ${failure?.message ?? written.slice(-2000)}`, { cause: failure });
  };

  const remove = async (): Promise<void> => {
    await end('SIGKILL');
    await folder.remove();
  };

  const query = async (influxql: string, database?: string): Promise<unknown> => {
    const body = new URLSearchParams({ q: influxql, ...(database === undefined ? {} : { db: database }) });
    const response = await fetch(`${url}/query`, { method: 'POST', body });
    const text = await response.text();
    if (!response.ok || /"error":/.test(text)) throw new Error(`InfluxDB answered ${response.status}: ${text.trim()}`);
    return JSON.parse(text);
  };

  try {
    await start();
  } catch (cause) {
    await remove();
    throw cause;
  }
  return {
    host: '127.0.0.1',
    port,
    url,
    folder: folder.path,
    log: () => written,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    query,
    remove,
    [Symbol.asyncDispose]: remove,
  };
}

type Settings = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

function configuration(folder: string, port: number, backupPort: number): Settings {
  return {
    '': { 'reporting-disabled': true, 'bind-address': `127.0.0.1:${backupPort}` },
    meta: { dir: join(folder, 'data', 'meta') },
    data: { dir: join(folder, 'data', 'data'), 'wal-dir': join(folder, 'data', 'wal'), 'query-log-enabled': false },
    monitor: { 'store-enabled': false },
    http: { 'bind-address': `127.0.0.1:${port}`, 'log-enabled': false },
  };
}

/** One table a section, the later settings over the earlier; the section without a name comes first, as TOML wants it. */
function toToml(settings: Settings, over: Settings): string {
  return [...new Set([...Object.keys(settings), ...Object.keys(over)])]
    .map((section) => {
      const lines = Object.entries({ ...settings[section], ...over[section] }).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
      return `${section === '' ? '' : `[${section}]\n`}${lines.join('\n')}\n`;
    })
    .join('\n');
}
