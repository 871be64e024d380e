import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockFileSchema, missingEntries } from '../harness/complete-lock-file.ts';

const lock = lockFileSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8')));

it('the lock file names every optional package, so that npm ci takes it on every system (node test/harness/complete-lock-file.ts)', () => {
  expect([...missingEntries(lock).keys()]).toEqual([]);
});

it('the lock file names no registry', () => {
  expect(Object.values(lock.packages).filter((entry) => entry.resolved !== undefined)).toEqual([]);
});

it('whatever is installed here has a checksum', () => {
  const bare = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && entry.integrity === undefined);
  expect(bare.filter(([, entry]) => entry.optional !== true)).toEqual([]);
});

it('an entry is made for the system that the name tells, below the nearest package that has it', () => {
  const tool = {
    version: '1.0.0',
    dev: true,
    optionalDependencies: { '@tool/linux-x64-musl': '1.0.0', '@tool/win32-arm64-msvc': '1.0.0' },
  };
  const packages = { '': {}, 'node_modules/a/node_modules/tool': tool, 'node_modules/@tool/win32-arm64-msvc': { version: '1.0.0' } };
  expect([...missingEntries({ packages })]).toEqual([
    ['node_modules/@tool/linux-x64-musl', { version: '1.0.0', os: ['linux'], cpu: ['x64'], libc: ['musl'], dev: true, optional: true }],
  ]);
});

it('a name that tells no system is refused', () => {
  const packages = { 'node_modules/tool': { optionalDependencies: { faster: '1.0.0' } } };
  expect(() => missingEntries({ packages })).toThrow('does not say for which system');
});
