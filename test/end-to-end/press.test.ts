import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDevice } from '../harness/mqtt-device.ts';
import { createGatewayProcess, type GatewayProcess } from '../harness/gateway-process.ts';
import { importFirstHome, webhookConfig, webhookSecret } from '../harness/first-home.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.ts';

interface Told {
  readonly data: {
    readonly alarm: string;
    readonly recipient: string;
    readonly purpose: string;
    readonly link: string;
    readonly text: string;
  };
}

let receiver: WebhookReceiver;
let gateway: GatewayProcess;
let secrets: Map<string, string>;
const toldTo = (person: string, purpose: string) =>
  receiver.next((message) => {
    const { data } = message.body as Told;
    return data.recipient === person && data.purpose === purpose;
  });

beforeAll(async () => {
  receiver = createWebhookReceiver({ secret: webhookSecret });
  const { url } = await receiver.start();
  gateway = await createGatewayProcess(webhookConfig({ phones: url }));
  await gateway.start();
  const phone = [{ channel: 'webhook', webhook: 'phones' }];
  secrets = await importFirstHome(gateway, { 'operator-1': phone, 'operator-2': phone, boss: phone, runner: phone, daughter: phone });
});
afterAll(async () => {
  await gateway.remove();
  await receiver.stop();
});

test('a press in a bedroom reaches one person after another until the daughter says that she is going', async () => {
  const button = await connectDevice(gateway.addresses.mqtt, 'button-1', secrets.get('button-1') ?? '');
  await button.say('event', { button: 'press' }, 'first');
  await toldTo('operator-1', 'raised');
  await toldTo('operator-2', 'raised');
  const message = await toldTo('daughter', 'raised');
  const { link } = (message.body as Told).data;

  const page = await (await fetch(link)).text();
  expect(page).toContain('王秀英');
  // What the button on the page sends: the form's own fields.
  const key = /name="key" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const going = await fetch(link, { method: 'POST', body: new URLSearchParams({ act: 'going', key }), redirect: 'manual' });
  expect(going.status).toBeLessThan(400);
  await toldTo('operator-1', 'taken');
  const { alarm } = await gateway.api<{ alarm: { state: unknown } }>('GET', '/api/alarms/alarm-1');
  expect(alarm.state).toMatchObject({ value: 'acknowledged', by: { type: 'person', person: 'daughter' } });
  await button.end();
});

test('a secret that is wrong lets nobody in', async () => {
  await expect(connectDevice(gateway.addresses.mqtt, 'button-1', 'x'.repeat(30))).rejects.toThrow(/bad user|not authorized|user name/i);
});

test('over TLS and over WebSocket a press is a press too', async () => {
  for (const [index, url] of [gateway.addresses.mqtts, gateway.addresses.ws].entries()) {
    const device = await connectDevice(url, 'fall-1', secrets.get('fall-1') ?? '');
    await device.say('event', { fall: 'confirmed' }, `fall-${index}`);
    await device.say('event', { fall: 'cleared' }, `clear-${index}`);
    await device.end();
  }
  const { alarm } = await gateway.api<{ alarm: { rule: string; calls: number } }>('GET', '/api/alarms/alarm-2');
  expect(alarm).toMatchObject({ rule: 'fall', calls: 2 });
});
