import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFirstHome, webhookConfig, webhookSecret } from '../harness/first-home.ts';
import { createGatewayProcess, type GatewayProcess } from '../harness/gateway-process.ts';
import { connectDevice, type MqttDevice } from '../harness/mqtt-device.ts';
import { waitFor } from '../harness/wait-for.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.ts';

/** A button of a maker that nobody ships, whose file changes while the gateway runs. */
const model = (word: string, heartbeat = 3_600): string => `
id: home-made
name: { zh-CN: 自制按钮, en: Home-made button }
heartbeatSeconds: ${heartbeat}
topics: [{ topic: say, message: say }]
messages:
  say:
    textField: word
    eventId: [n]
    read: [{ field: word, fact: button, values: { ${word}: press }, otherwise: ignore }]
`;

let receiver: WebhookReceiver;
let gateway: GatewayProcess;
let secret: string;
const folder = mkdtempSync(join(tmpdir(), 'carebed-models-'));
const file = join(folder, 'home-made.yaml');

beforeAll(async () => {
  writeFileSync(file, model('help'));
  receiver = createWebhookReceiver({ secret: webhookSecret });
  const { url } = await receiver.start();
  gateway = await createGatewayProcess({ ...webhookConfig({ phones: url }), deviceModels: folder, log: { level: 'error' } });
  await gateway.start();
  await importFirstHome(gateway, { 'operator-1': [{ channel: 'webhook', webhook: 'phones' }] });
  const made = await gateway.api<{ secret: string }>('POST', '/api/devices', {
    id: 'mine',
    model: 'home-made',
    home: 'h1',
    bed: 'b1',
  });
  secret = made.secret;
});
afterAll(async () => {
  await gateway.remove();
  await receiver.stop();
  rmSync(folder, { recursive: true, force: true });
});

let n = 0;
/** Says the word as an event of its own. */
const say = (device: MqttDevice, word: string) =>
  device.client.publishAsync('carebed/v1/mine/say', JSON.stringify({ word, n: (n += 1) }), { qos: 1 });
const readiness = async (): Promise<string> => (await fetch(`${gateway.addresses.http}/readyz`)).text();
const tried = async (word: string): Promise<string> =>
  JSON.stringify(await gateway.api('POST', '/api/device-models/try', { model: 'home-made', topic: 'say', payload: word }));
const alarms = async (): Promise<{ calls: number }[]> => (await gateway.api<{ items: { calls: number }[] }>('GET', '/api/alarms')).items;

test('a changed model is in force without a restart; a bad one keeps the old, and is said aloud until it is mended', async () => {
  const device = await connectDevice(gateway.addresses.mqtt, 'mine', secret);
  await say(device, 'mayday');
  expect(await alarms()).toEqual([]);

  writeFileSync(file, model('mayday'));
  await waitFor('the new model', async () => (await tried('mayday')).includes('"call":true'));
  await say(device, 'mayday');
  await waitFor('the alarm', async () => (await alarms()).length === 1);

  writeFileSync(file, 'id: home-made\nheartbeatSecond: 1\n');
  await waitFor('the trouble', async () => (await readiness()).includes('device-models'));
  await waitFor('the file and the line in the log', () => gateway.log().includes('home-made.yaml:1'));
  expect(await tried('mayday')).toContain('"call":true');
  await say(device, 'mayday');
  await waitFor('the second call', async () => (await alarms())[0]?.calls === 2);

  writeFileSync(file, model('help'));
  await waitFor('the end of the trouble', async () => !(await readiness()).includes('device-models'));
  expect(await tried('mayday')).toContain('ignored');

  rmSync(file);
  await waitFor('the trouble of a lost file', async () => (await readiness()).includes('device-models'));
  expect(await tried('help')).toContain('"call":true');
  await device.end();
});
