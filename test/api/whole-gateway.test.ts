import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../domain/instant.ts';
import { runCli } from '../../gateway/cli/program.ts';
import { createModelDesk } from '../../gateway/compose/model-tools.ts';
import { gatewayConfigSchema } from '../../gateway/compose/config-schema.ts';
import { createGateway, type Gateway, type GatewayAddresses } from '../../gateway/compose/gateway.ts';

let gateway: Gateway;
let folder: string;
let addresses: GatewayAddresses;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'carebed-whole-'));
  const anyPort = { port: 0 };
  const config = gatewayConfigSchema.parse({ http: anyPort, mqtt: anyPort, mqtts: null, websocket: null });
  const onFatal = (error: Error): void => {
    throw error;
  };
  gateway = createGateway({ config, dataFolder: folder, clock: systemClock, log: pino({ level: 'silent' }), onFatal });
  addresses = (await gateway.start()).addresses;
});
afterEach(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const cli = async (...words: string[]): Promise<string> => {
  let [out, err] = ['', ''];
  const code = await runCli(
    [...words, '--url', addresses.http, '--data', folder, '--json'],
    { LANG: 'en' },
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    },
    createModelDesk(),
  );
  expect([words.join(' '), code, code === 0 ? '' : err]).toEqual([words.join(' '), 0, '']);
  return out;
};
const csv = (name: string, text: string): string => {
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, text);
  return path;
};

test('from an empty gateway to an answered call by the command line alone', async () => {
  await cli('import', 'districts', csv('districts', '编号,名称\nd1,中站区\n'));
  await cli('import', 'providers', csv('providers', '编号,名称,区县\np1,康养,d1\n'));
  await cli('import', 'homes', csv('homes', '编号,名称,服务机构\nh1,王家,p1\n'));
  await cli('import', 'beds', csv('beds', '编号,家庭\nb1,h1\n'));
  const secretsFile = join(folder, 'secrets.csv');
  await cli('import', 'devices', csv('devices', '编号,型号,家庭,床位\nbutton-1,carebed-button,h1,b1\n'), '--secrets-out', secretsFile);
  const secret = /^button-1,(.+)$/m.exec(readFileSync(secretsFile, 'utf8'))?.[1] ?? '';

  const following = cli('alarms', 'follow', '--after', '0', '--count', '1');
  const device = await connectAsync(addresses.mqtt ?? '', { username: 'button-1', password: secret, clientId: 'button-1' });
  await device.publishAsync('carebed/v1/button-1/event', JSON.stringify({ id: 1, readings: { button: 'press' } }), { qos: 1 });
  const raised = JSON.parse(await following) as { alarm: string; event: { type: string } };
  expect(raised.event.type).toBe('raised');
  expect(JSON.parse(await cli('alarms', 'ack', raised.alarm))).toMatchObject({ state: { value: 'acknowledged' } });

  // A new secret is the only one from the moment it is given.
  await cli('device', 'rotate-secret', 'button-1');
  await device.endAsync();
  await expect(connectAsync(addresses.mqtt ?? '', { username: 'button-1', password: secret, reconnectPeriod: 0 })).rejects.toThrow(
    'Bad username or password',
  );
});
