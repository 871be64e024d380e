import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** The checks that need no running gateway, each with the program that makes it. All of them run, also after one has failed. */
const checks: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: 'format', command: ['biome', 'format', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', command: ['tsc', '-b'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
  { name: 'dead code in the product', command: ['knip', '--no-progress', '--production'] },
  { name: 'folder boundaries', command: ['vitest', 'run', '--project', 'contracts', 'test/boundaries.test.ts'] },
];

let failed = 0;
for (const { name, command } of checks) {
  const [program = '', ...words] = command;
  const begun = performance.now();
  const { status, stdout, stderr, error } = spawnSync(join(root, 'node_modules', '.bin', program), words, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  if (status === 0) {
    console.log(`ok      ${name} (${seconds} s)`);
    continue;
  }
  failed += 1;
  console.log(`FAILED  ${name} (${seconds} s): ${command.join(' ')}`);
  console.log(`${stdout ?? ''}${stderr ?? ''}${error === undefined ? '' : error.message}`);
}
console.log(`\n${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
