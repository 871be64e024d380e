import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFirstToken } from '../../simulators/demo/demo-folder.ts';
import { createGatewayProcess, type GatewayAddresses, type GatewayProcess } from '../../simulators/demo/gateway-process.ts';
import { planNeighbourhood } from '../../simulators/demo/neighbourhood.ts';
import { settleIn } from '../../simulators/demo/settle-in.ts';
import { createGatewayApi } from '../../simulators/gateway-api.ts';
import { dialects } from '../../simulators/home.ts';
import { planStreet } from '../../simulators/street-plan.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
let gateway: GatewayProcess;
let at: GatewayAddresses;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'carebed-simulate-'));
  const data = join(folder, 'gateway');
  writeFileSync(join(folder, 'gateway.yaml'), 'http: {port: 0}\nmqtt: {port: 0}\nmqtts: null\nwebsocket: null\n');
  gateway = createGatewayProcess({ dataFolder: data, configFile: join(folder, 'gateway.yaml'), logFile: join(folder, 'log'), secrets: {} });
  at = await gateway.start();
  const homes = planStreet({ homes: 12, dialectOf: (i) => dialects[i % 3] ?? 'hub' });
  const { records } = planNeighbourhood(homes);
  const silent = { ...records, person: records.person.map((person) => ({ ...person, channels: [] })) };
  await settleIn(createGatewayApi({ url: at.http, token: readFirstToken(data) }), silent);
  const devices = homes.flatMap((home) => home.devices.map((device) => ({ ...device, home: home.id })));
  writeFileSync(join(folder, 'credentials.json'), JSON.stringify(devices), { mode: 0o600 });
});

afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const simulate = async (...rest: string[]): Promise<{ code: number | null; end: unknown }> => {
  const token = join(folder, 'gateway/admin-token');
  const whole = [
    '--url',
    at.mqtt,
    '--credentials',
    join(folder, 'credentials.json'),
    '--api',
    at.http,
    '--token-file',
    token,
    '--json',
    ...rest,
  ];
  const child = spawn(process.execPath, [join(root, 'simulators/main.ts'), ...whole], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (part: Buffer) => {
    out += part.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, end: JSON.parse(out) };
};

describe('a simulated street on the gateway', () => {
  it.each([
    ['button-press', '3', 12],
    ['second-press', '4', 24],
    ['power-cut', '3', 2],
    ['flapping-hub', '3', 12],
  ])('%s: every call is acknowledged, and what was raised is what was expected', async (scenario, speed, calls) => {
    const { code, end } = await simulate('--scenario', scenario, '--speed', speed);
    expect(end).toMatchObject({ callsSent: calls, callsAcknowledged: calls, lost: [], missing: [], unexpected: [] });
    expect(code).toBe(0);
  });

  it('refuses an unknown scenario with the names there are', async () => {
    const child = spawn(process.execPath, [join(root, 'simulators/main.ts'), '--scenario', 'fire'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    child.stderr.on('data', (part: Buffer) => {
      told += part.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(2);
    expect(told).toMatch(/scenario-unknown.*quiet-night/);
  });
});
