import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait-for.ts';

/** Where a running gateway listens, from the line it prints. */
export interface Addresses {
  readonly http: string;
  readonly mqtt: string;
  readonly mqtts: string;
  readonly ws: string;
}

/** A gateway in a process of its own, started exactly as a user starts it. */
export interface GatewayProcess extends AsyncDisposable {
  /** Its data folder, which outlives its processes. */
  readonly data: string;
  readonly addresses: Addresses;
  readonly pid: number;
  /** What the present process has written to stderr, at most the last 64 KiB. */
  log(): string;
  /** Starts it on the same data, and waits for its line. After the first start it keeps its ports. */
  start(): Promise<void>;
  /** SIGTERM; gives the exit status. */
  stop(): Promise<number | null>;
  /** SIGKILL, as a power cut would. */
  kill(): Promise<void>;
  /** Asks the API as the first administrator, and gives back the decoded answer; throws with status and problem on an error. */
  api<Answer = unknown>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  token(): Promise<string>;
  remove(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');
/** Starting takes 1–2 s on an idle machine of this kind; a busy one may need many times that. */
const startWithinMs = 60_000;

const parseAddresses = (line: string): Addresses => {
  const found = new Map(
    line
      .trim()
      .split(' ')
      .slice(2)
      .map((part) => part.split('=', 2) as [string, string]),
  );
  const of = (name: string): string => found.get(name) ?? 'off';
  return { http: of('http'), mqtt: of('mqtt'), mqtts: of('mqtts'), ws: of('ws') };
};

/**
 * Makes a gateway with a fresh data folder; nothing runs until `start`.
 * @param config what stands in its YAML file besides the free ports
 * @param options.environment for secrets that the file refers to
 * @param options.nodeArguments before the program, such as `--cpu-prof`
 * @param options.data its data folder, when it must lie in a certain place; it is then the caller's to remove
 */
export const createGatewayProcess = async (
  config: Record<string, unknown> = {},
  options: { readonly environment?: NodeJS.ProcessEnv; readonly nodeArguments?: readonly string[]; readonly data?: string } = {},
): Promise<GatewayProcess> => {
  const folder = await tempDir('gateway');
  const file = join(folder.path, 'gateway.yaml');
  const data = options.data ?? join(folder.path, 'data');
  let child: ChildProcess | null = null;
  let addresses: Addresses | null = null;
  let log = '';
  let token: string | null = null;

  const writeConfig = async (): Promise<void> => {
    const port = (url: string | undefined): number => (url === undefined ? 0 : Number(new URL(url).port));
    const ports = {
      http: { port: port(addresses?.http), ...(config['http'] as object | undefined) },
      mqtt: { port: port(addresses?.mqtt) },
      mqtts: { port: port(addresses?.mqtts) },
      websocket: { port: port(addresses?.ws) },
    };
    await writeFile(file, stringify({ log: { level: 'warn' }, ...config, ...ports }));
  };

  const gone = async (): Promise<number | null> => {
    if (child === null) return null;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const code = child.exitCode;
    child = null;
    return code;
  };

  const gateway: GatewayProcess = {
    data,
    get addresses() {
      if (addresses === null) throw new Error('the gateway has not been started');
      return addresses;
    },
    get pid() {
      if (child?.pid === undefined) throw new Error('the gateway does not run');
      return child.pid;
    },
    log: () => log,
    async start() {
      await writeConfig();
      log = '';
      let said = '';
      const started = spawn(process.execPath, [...(options.nodeArguments ?? []), 'gateway/main.ts', '--data', data, '--config', file], {
        cwd: root,
        env: { ...process.env, ...options.environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      started.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      started.stderr.on('data', (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-65_536);
      });
      await waitFor(
        'the ready line of the gateway',
        () => said.includes('\n') || started.exitCode !== null || started.signalCode !== null,
        {
          within: startWithinMs,
          state: () => log,
        },
      );
      if (!said.startsWith('carebed ready ')) throw new Error(`the gateway did not start (status ${started.exitCode}): ${log}`);
      addresses = parseAddresses(said.split('\n')[0] ?? '');
    },
    async stop() {
      child?.kill('SIGTERM');
      return gone();
    },
    async kill() {
      child?.kill('SIGKILL');
      await gone();
    },
    async token() {
      token ??= (await readFile(join(data, 'admin-token'), 'utf8')).trim();
      return token;
    },
    async api<Answer>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(`${gateway.addresses.http}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await gateway.token()}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as Answer;
    },
    async remove() {
      await gateway.kill();
      await folder.remove();
    },
    [Symbol.asyncDispose]: () => gateway.remove(),
  };
  return gateway;
};
