import { defineConfig } from 'vitest/config';

const beside = ['domain', 'broker', 'alerts', 'gateway', 'simulators', 'console', 'bench'];
const quick = ['test/*.test.ts', 'test/contracts/**/*.test.ts', 'test/properties/**/*.test.ts', 'test/harness/**/*.test.ts'];

/**
 * Three projects. A test file that fits none of the first two falls into the last, so that no file can be left out by its name.
 * `unit` stands beside the source; `contracts` reads files and checks promises; `scenarios` starts gateways, databases and browsers,
 * and therefore runs one file at a time: on two cores a second one would measure the first.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    retry: 0,
    passWithNoTests: false,
    allowOnly: false,
    teardownTimeout: 30_000,
    setupFiles: ['test/harness/property-seed.ts'],
    // Wall-clock arithmetic must not depend on where the machine stands.
    env: { TZ: 'UTC' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: beside.map((folder) => `${folder}/**/*.test.ts`),
          testTimeout: 15_000,
          hookTimeout: 15_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'contracts', include: quick, testTimeout: 60_000, hookTimeout: 60_000, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: {
          name: 'scenarios',
          include: ['**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/.tsbuild/**', ...beside.map((folder) => `${folder}/**`), ...quick],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
