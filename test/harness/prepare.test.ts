import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { missing, prepare, type Requirement, remedy } from './prepare.ts';
import { type TempDir, tempDir } from './temp-dir.ts';

const path = process.env['PATH'] ?? '';
const folders: TempDir[] = [];

afterEach(async () => {
  process.env['PATH'] = path;
  await Promise.all(folders.splice(0).map((folder) => folder.remove()));
});

/** A folder at the head of the PATH in which `apt-get` is this shell script. */
async function aptGet(script: string): Promise<{ readonly log: string; readonly wanted: readonly Requirement[] }> {
  const folder = await tempDir('prepare');
  folders.push(folder);
  const program = join(folder.path, 'apt-get');
  const log = join(folder.path, 'installed');
  writeFileSync(program, `#!/bin/sh\n${script.replaceAll('$LOG', log)}\n`);
  chmodSync(program, 0o755);
  process.env['PATH'] = `${folder.path}${delimiter}${path}`;
  return { log, wanted: [{ packageName: 'carebed-nonsense', purpose: 'to be missing', anyOf: [log] }] };
}

const asWeAre = (): readonly string[] => [];

it('finds a program in the PATH and a file by its place, and names what is not there', () => {
  const wanted = [
    { packageName: 'dash', purpose: '', anyOf: ['carebed-no-such-shell', 'sh'] },
    { packageName: 'itself', purpose: '', anyOf: [import.meta.filename] },
    { packageName: 'nonsense', purpose: '', anyOf: ['carebed-no-such-program', '/nowhere/at/all'] },
  ];
  expect(missing(wanted, path).map((it) => it.packageName)).toEqual(['nonsense']);
});

it('installs what is missing through apt-get, after an update', async () => {
  const { wanted } = await aptGet('case "$*" in *update*) echo fresh > $LOG.update;; *) test -f $LOG.update && echo "$*" > $LOG;; esac');
  prepare(wanted, asWeAre);
  expect(missing(wanted, path)).toEqual([]);
});

it('stops the run when apt-get fails, and says what is missing and how to install it', async () => {
  const { wanted } = await aptGet('exit 100');
  expect(() => prepare(wanted, asWeAre)).toThrow(/cannot run without carebed-nonsense\..*update" failed/s);
  expect(() => prepare(wanted, asWeAre)).toThrow(remedy(wanted));
});

it('does not believe an apt-get that says it succeeded', async () => {
  const { wanted } = await aptGet('exit 0');
  expect(() => prepare(wanted, asWeAre)).toThrow('apt-get ran, and yet they are not there.');
});

it('without root, stops the run and says so', async () => {
  const { wanted } = await aptGet('exit 0');
  expect(() => prepare(wanted, () => undefined)).toThrow(
    `There is neither root nor a sudo without password here. To install:\n  ${remedy(wanted)}`,
  );
});
