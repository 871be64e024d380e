import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { CarebedFailure } from '../../domain/failure.ts';

export interface GatewayAddresses {
  readonly http: string;
  readonly mqtt: string;
  readonly mqtts: string;
  readonly ws: string;
}

/** The gateway as a process of its own, started as anybody would start it. */
export interface GatewayProcess {
  /**
   * Resolves when it says that it is ready.
   * @throws CarebedFailure `gateway-did-not-start` with its last words
   */
  start(): Promise<GatewayAddresses>;
  stop(): Promise<void>;
  /** Resolves when it ends without having been told to. */
  readonly died: Promise<void>;
}

const readyWithinMs = 60_000;
const stopWithinMs = 15_000;
const lastWords = 12;

/** Reads `carebed ready http=… mqtt=… mqtts=… ws=…`; null for any other line. */
export const readReadyLine = (line: string): GatewayAddresses | null => {
  if (!line.startsWith('carebed ready ')) return null;
  const found = new Map(
    line.split(' ').flatMap((part) => (part.includes('=') ? [[part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]] : [])),
  );
  const at = (name: string): string => found.get(name) ?? 'off';
  return { http: at('http'), mqtt: at('mqtt'), mqtts: at('mqtts'), ws: at('ws') };
};

export const createGatewayProcess = (options: {
  readonly dataFolder: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly secrets: Readonly<Record<string, string>>;
}): GatewayProcess => {
  const root = join(import.meta.dirname, '../..');
  const { promise: died, resolve: die } = Promise.withResolvers<void>();
  let child: ChildProcess | null = null;
  let stopping = false;
  const killWithUs = (): void => void child?.kill('SIGKILL');

  return {
    died,
    start: async () => {
      const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
      // A process group of its own: Ctrl-C is ours to pass on, once.
      const made = spawn(process.execPath, [join(root, 'gateway/main.ts'), '--data', options.dataFolder, '--config', options.configFile], {
        cwd: root,
        env: { ...process.env, ...options.secrets },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      child = made;
      process.once('exit', killWithUs);
      const { promise, resolve, reject } = Promise.withResolvers<GatewayAddresses>();
      const said: string[] = [];
      const hear = (line: string): void => {
        log.write(`${line}\n`);
        said.push(line);
        if (said.length > lastWords) said.shift();
        const ready = readReadyLine(line);
        if (ready !== null) resolve(ready);
      };
      createInterface({ input: made.stdout }).on('line', hear);
      createInterface({ input: made.stderr }).on('line', hear);
      const fail = (why: string): void =>
        reject(new CarebedFailure('gateway-did-not-start', `the gateway ${why}; its last words:\n${said.join('\n')}`));
      const timer = setTimeout(() => fail(`was not ready within ${readyWithinMs / 1_000} s`), readyWithinMs);
      made.on('error', (error) => fail(`could not be started (${error.message})`));
      made.on('close', (code) => {
        log.end();
        fail(`ended with status ${code ?? 'none'}`);
        if (!stopping) die();
      });
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
      }
    },
    stop: async () => {
      stopping = true;
      process.off('exit', killWithUs);
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      const timer = setTimeout(killWithUs, stopWithinMs);
      await ended;
      clearTimeout(timer);
    },
  };
};
