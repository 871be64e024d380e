import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { replayReportSchema } from '../../domain/replay.ts';
import { tempDir } from '../harness/temp-dir.ts';

const root = join(import.meta.dirname, '../..');
const ordonezA = join(root, 'test/data/ordonez-a/OrdonezA_Sensors.txt');
const run = promisify(execFile);
const carebed = (...words: readonly string[]) => run(process.execPath, [join(root, 'gateway/cli/main.ts'), ...words]);

test('carebed replay --ordonez works out of the box, with no gateway running', async () => {
  await using folder = await tempDir('replay');
  const numbers = join(folder.path, 'numbers.json');
  writeFileSync(numbers, JSON.stringify({ notUpBy: { enabled: true, by: '11:00' } }));
  const { stdout } = await carebed('replay', '--ordonez', ordonezA, '--numbers', numbers, '--json');
  const report = replayReportSchema.parse(JSON.parse(stdout));
  expect(report).toMatchObject({ readings: 818, timeZone: 'Europe/Madrid', would: { figures: { byRule: { 'not-up-by': 7 } } } });
  const chinese = await carebed('replay', '--ordonez', ordonezA, '--lang', 'zh-CN');
  expect(chinese.stdout).toContain('第 31 行：时长为零');
});

test('a bad file is told by its lines and ends with the code for bad rows; no file at all is wrong use', async () => {
  await using folder = await tempDir('replay');
  const file = join(folder.path, 'bad.jsonl');
  writeFileSync(file, '{"at":1,"device":"pad","facts":{"occupied":true}}\nnonsense\n');
  await expect(carebed('replay', '--file', file, '--lang', 'en')).rejects.toMatchObject({ code: 5, stderr: 'line 2: is not JSON\n' });
  await expect(carebed('replay', '--lang', 'en')).rejects.toMatchObject({ code: 2 });
});
