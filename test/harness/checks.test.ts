import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from './temp-dir.ts';

const root = join(import.meta.dirname, '..', '..');
const shared = ['.oxlintrc.json', 'biome.json', '.gitignore', 'tsconfig.base.json', 'tsconfig.json', 'knip.json', 'package.json'];
const folders = ['domain', 'broker', 'alerts', 'gateway', 'simulators', 'test', 'bench'];

/** A house with the real configuration of every check and, for sources, only the files given; runs one check on it. */
async function checked(files: Readonly<Record<string, string>>, ...command: readonly [string, ...string[]]): Promise<string> {
  await using house = await tempDir('checks');
  for (const name of shared) cpSync(join(root, name), join(house.path, name));
  symlinkSync(join(root, 'node_modules'), join(house.path, 'node_modules'));
  for (const folder of folders) {
    mkdirSync(join(house.path, folder));
    cpSync(join(root, folder, 'tsconfig.json'), join(house.path, folder, 'tsconfig.json'));
    writeFileSync(join(house.path, folder, 'plain.ts'), `export const plain = '${folder}';\n`);
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house.path, name)), { recursive: true });
    writeFileSync(join(house.path, name), text);
  }
  const [program, ...words] = command;
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', program), words, { cwd: house.path, encoding: 'utf8' });
  return status === 0 ? 'nothing found' : `${stdout}${stderr}`;
}

const promise = 'const go = async (): Promise<void> => {\n  await Promise.resolve();\n};\n';

describe('the checks find what they are there for', () => {
  it.each([
    ['a promise nobody waits for', 'broker/seed.ts', `${promise}export const start = (): void => {\n  go();\n};\n`, 'no-floating-promises'],
    [
      'the same in a test',
      'broker/seed.test.ts',
      `import { it } from 'vitest';\n${promise}it('x', () => void [go()]);\ngo();\n`,
      'no-floating-promises',
    ],
    ['the same in the harness', 'test/harness/seed.ts', `${promise}go();\nexport {};\n`, 'no-floating-promises'],
    [
      'a promise where none is looked at',
      'gateway/seed.ts',
      `${promise}export const all = (of: number[]): void => of.forEach(async () => go());\n`,
      'no-misused-promises',
    ],
    [
      'a switch that forgets a case',
      'alerts/rules/seed.ts',
      "export const seed = (of: 'a' | 'b'): number => {\n  switch (of) {\n    case 'a':\n      return 1;\n  }\n  return 0;\n};\n",
      'switch-exhaustiveness-check',
    ],
    ['any', 'domain/seed.ts', 'export const seed = (it: any): string => String(it);\n', 'no-explicit-any'],
    [
      'a test that is alone',
      'domain/seed.test.ts',
      "import { expect, it } from 'vitest';\nit.only('x', () => expect(1).toBe(1));\n",
      'no-focused-tests',
    ],
    [
      'a test that is skipped',
      'domain/seed.test.ts',
      "import { expect, it } from 'vitest';\nit.skip('x', () => expect(1).toBe(1));\n",
      'no-disabled-tests',
    ],
    ['a silenced compiler', 'domain/seed.ts', "// @ts-ignore\nexport const seed: number = 'x';\n", 'ban-ts-comment'],
    [
      'a type from a forbidden folder',
      'domain/seed.ts',
      "import type { plain } from '../broker/plain.ts';\nexport type Seed = typeof plain;\n",
      'no-restricted-imports',
    ],
    ['alerts in the gateway', 'gateway/api/seed.ts', "export { plain } from '../../alerts/plain.ts';\n", 'no-restricted-imports'],
    ['a sibling inside alerts', 'alerts/rules/seed.ts', "export { x } from '../alarms/x.ts';\n", 'no-restricted-imports'],
  ])('lint: %s', async (_what, file, text, rule) => {
    expect(await checked({ [file]: text }, 'oxlint', '--type-aware', '--deny-warnings')).toContain(rule);
  });

  it('lint: a circle of imports', async () => {
    const files = {
      'domain/one.ts': "import { two } from './two.ts';\nexport const one = (): unknown => two;\n",
      'domain/two.ts': "import { one } from './one.ts';\nexport const two = (): unknown => one;\n",
    };
    expect(await checked(files, 'oxlint', '--type-aware', '--deny-warnings')).toContain('no-cycle');
  });

  it('types: a wrong type, and a type-only import over a wall', async () => {
    expect(await checked({ 'domain/seed.ts': "export const seed: number = 'x';\n" }, 'tsc', '-b')).toContain('TS2322');
    const over = { 'domain/seed.ts': "import type { plain } from '../broker/plain.ts';\nexport type Seed = typeof plain;\n" };
    expect(await checked(over, 'tsc', '-b')).toContain('TS6307');
    expect(await checked({}, 'tsc', '-b')).toBe('nothing found');
  });

  it('format: a line that is not as the formatter would write it', async () => {
    expect(await checked({ 'domain/seed.ts': 'export const seed = "x"\n' }, 'biome', 'format', '.')).toContain('domain/seed.ts');
  });

  it('dead code: a file nobody imports, an export nobody uses, a package nobody needs and one that is not named', async () => {
    const found = await checked(
      {
        'gateway/main.ts': "import { used } from '../domain/used.ts';\nimport 'not-named';\nconsole.log(used);\n",
        'domain/used.ts': 'export const used = 1;\nexport const unused = 2;\n',
        'domain/dead.ts': 'export const dead = 1;\n',
      },
      'knip',
    );
    expect(found).toMatch(/Unused files.*domain\/dead\.ts/s);
    expect(found).toMatch(/Unused exports.*unused/s);
    expect(found).toMatch(/Unused dependencies.*fastify/s);
    expect(found).toMatch(/Unlisted dependencies.*not-named/s);
  });

  it('dead code: what only a test uses is dead in the product', async () => {
    const files = {
      'gateway/main.ts': 'export {};\n',
      'domain/for-tests.ts': 'export const forTests = 1;\n',
      'domain/for-tests.test.ts': "import { forTests } from './for-tests.ts';\nconsole.log(forTests);\n",
    };
    expect(await checked(files, 'knip', '--production')).toMatch(/Unused files.*domain\/for-tests\.ts/s);
  });
});
