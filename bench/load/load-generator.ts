import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { z } from 'zod';
import { padMessage, padOf, secretOf } from '../city.ts';

/** What is asked of the generator. */
export interface Load {
  readonly port: number;
  /** Connections, each of one pad. */
  readonly pads: number;
  /** Messages a second in all, sent when they are due whether or not the earlier ones are answered; `flat-out`: one in flight for each connection. `none`: only sign in. */
  readonly rate: number | 'flat-out' | 'none';
  readonly warmSeconds: number;
  readonly seconds: number;
  /** The process whose CPU time is taken meanwhile. */
  readonly pid: number;
  /** Sign-ins in progress at once. */
  readonly atOnce?: number;
}

const resultSchema = z.object({
  connections: z.number(),
  failed: z.number(),
  lost: z.number(),
  missing: z.number(),
  connects_per_s: z.number(),
  rate: z.number(),
  ms: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  own_cpu: z.number(),
  watched: z.object({ cpu: z.number(), us_per_msg: z.number(), rss_mb: z.number() }),
});

/** What one run came to. */
export interface LoadResult {
  readonly signInsPerSecond: number;
  /** Acknowledged messages a second. */
  readonly rate: number;
  /** From when a message was due to its PUBACK. */
  readonly ms: { readonly p50: number; readonly p99: number; readonly max: number };
  /** CPU time of the watched process for a message, all its threads. */
  readonly cpuMicros: number;
  /** Of one core. */
  readonly cpu: number;
  readonly megabytes: number;
}

export interface LoadGenerator {
  /** Runs to the end. @throws when a connection failed or a message was not acknowledged: such a figure would be worth nothing */
  run(load: Load): Promise<LoadResult>;
  /** Starts; `sending` resolves when all have signed in, `result` at the end. */
  start(load: Load): { readonly sending: Promise<void>; readonly result: Promise<LoadResult> };
}

const source = join(import.meta.dirname, 'mqttload.c');

/** Compiles the generator into `folder`. It is written in C so that it leaves the two cores to what is measured. */
export const createLoadGenerator = async (folder: string): Promise<LoadGenerator> => {
  const program = join(folder, 'mqttload');
  await promisify(execFile)('cc', ['-O2', '-o', program, source]);

  const start = (load: Load): { sending: Promise<void>; result: Promise<LoadResult> } => {
    const { rate } = load;
    const words: Record<string, string | number> = {
      '-p': load.port,
      '-n': load.pads,
      '-C': padOf('%i'),
      '-u': padOf('%i'),
      '-P': secretOf('%i'),
      '-t': `carebed/v1/${padOf('%i')}/telemetry`,
      '-T': padMessage,
      '-m': rate === 'none' ? 'idle' : 'pub',
      '-r': typeof rate === 'number' ? rate : 0,
      '-H': load.atOnce ?? 256,
      '-w': load.warmSeconds,
      '-d': load.seconds,
      '-x': load.pid,
    };
    const child = spawn(program, Object.entries(words).flat().map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
    const { promise: sending, resolve: connected } = Promise.withResolvers<void>();
    const faults: string[] = [];
    createInterface(child.stderr).on('line', (line) => (/\d+ of \d+ connected/.test(line) ? connected() : faults.push(line)));
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const finish = async (): Promise<LoadResult> => {
      await once(child, 'close');
      connected();
      if (child.exitCode !== 0) throw new Error(`the load did not go through (status ${child.exitCode}): ${faults.join('; ')} ${said}`);
      const { connects_per_s, rate: done, ms, watched } = resultSchema.parse(JSON.parse(said));
      return {
        signInsPerSecond: connects_per_s,
        rate: done,
        ms,
        cpuMicros: watched.us_per_msg,
        cpu: watched.cpu,
        megabytes: watched.rss_mb,
      };
    };
    return { sending, result: finish() };
  };
  return { start, run: (load) => start(load).result };
};
