import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** aedes alone, in a process of its own. */
export interface PlainBroker extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
}

/** Starts the yardstick. @param tell where it sends a press at once */
export const startPlainBroker = async (tell?: string): Promise<PlainBroker> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'aedes-alone.ts'), ...(tell === undefined ? [] : [tell])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const first = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [Buffer | number | null];
  const port = Number(String(first[0]).trim());
  if (child.pid === undefined || child.exitCode !== null) throw new Error('aedes alone did not start');
  return {
    port,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
};
