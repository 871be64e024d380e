import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counts, countsFileVariable } from './count-reporter.ts';
import { prepare } from './prepare.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * `npm test`: installs what is missing, runs vitest with the arguments given, and ends with one line, `N passed, N failed`,
 * that is true also when vitest crashed. The exit code is 0 only when everything passed.
 */
async function main(words: readonly string[]): Promise<number> {
  try {
    prepare();
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : cause);
    return conclude(0, 1);
  }
  const folder = mkdtempSync(join(tmpdir(), 'carebed-counts-'));
  const file = join(folder, 'counts.json');
  try {
    const code = await vitest(words, file);
    const counts = read(file);
    if (!counts.finished) console.error('The run of the tests did not come to its end.');
    if (counts.skipped > 0) console.error(`${counts.skipped} tests did not run. They count as failed.`);
    const failed = counts.failed + counts.skipped + (counts.finished ? 0 : 1);
    return conclude(counts.passed, failed === 0 && code !== 0 ? 1 : failed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function conclude(passed: number, failed: number): number {
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** Runs vitest on this same Node, passes on the signals that end us, and resolves with its exit code. */
function vitest(words: readonly string[], countsFile: string): Promise<number> {
  const entry = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', `--reporter=${join(import.meta.dirname, 'count-reporter.ts')}`];
  const child = spawn(process.execPath, [entry, 'run', ...reporters, ...words], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, [countsFileVariable]: countsFile },
  });
  const pass = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  process.on('SIGINT', pass).on('SIGTERM', pass);
  return new Promise((resolve) => {
    child.once('error', (cause) => {
      console.error(`vitest could not be started: ${cause.message}`);
      resolve(1);
    });
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

/** The counts the reporter left; none at all when it never came to write. */
function read(file: string): Counts {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Counts;
  } catch {
    return { passed: 0, failed: 0, skipped: 0, finished: false };
  }
}

process.exitCode = await main(process.argv.slice(2));
