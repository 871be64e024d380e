import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carebed-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const demo = async (...rest: string[]): Promise<{ code: number | null; out: string }> => {
  const child = spawn(process.execPath, [join(root, 'simulators/demo.ts'), ...rest], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (part: Buffer) => {
    out += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => {
    out += part.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
};

describe('npm run demo', () => {
  it('brings up gateway, street and phones by itself, and a press is raised, told and escalated', async () => {
    const { code, out } = await demo('--seconds', '24', '--lang', 'en', '--data', join(folder, 'demo'));
    expect(out).toMatch(/20 homes registered/);
    expect(out).toMatch(/alarm-1 .*ALARM: the help button was pressed/);
    expect(out).toMatch(/level 1: telling 值班坐席/);
    expect(out).toMatch(/the desk's screen → 值班坐席/);
    expect(out).toMatch(/level 2: telling 第二坐席/);
    expect(out).toMatch(/SMS → 张敏：.*http:\/\/127\.0\.0\.1:\d+\/a\//);
    expect(out).toMatch(/ 0 lost after they were acknowledged/);
    expect(code, out).toBe(0);
    expect(statSync(join(folder, 'demo/street.json')).mode & 0o077).toBe(0);
  });

  it('does not empty a folder that it has not made', async () => {
    writeFileSync(join(folder, 'photographs'), 'dear to somebody');
    const { code, out } = await demo('--seconds', '5', '--data', folder);
    expect(code).toBe(2);
    expect(out).toContain('demo-folder-not-ours');
    expect(statSync(join(folder, 'photographs')).size).toBeGreaterThan(0);
  });
});
