import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGatewayProcess, type GatewayProcess } from '../harness/gateway-process.ts';
import { importFirstHome, webhookConfig, webhookSecret } from '../harness/first-home.ts';
import { type Influxd, startInfluxd } from '../harness/influxd.ts';
import { connectDevice, type MqttDevice } from '../harness/mqtt-device.ts';
import { waitFor } from '../harness/wait-for.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.ts';

let influxd: Influxd;
let receiver: WebhookReceiver;
let gateway: GatewayProcess;
let pad: MqttDevice;
let button: MqttDevice;
let secrets: Map<string, string>;
/** How many telemetry messages have their PUBACK; each carries its own number. */
let acknowledged: number;

const connect = async (): Promise<void> => {
  pad = await connectDevice(gateway.addresses.mqtt, 'pad-1', secrets.get('pad-1') ?? '');
  button = await connectDevice(gateway.addresses.mqtt, 'button-1', secrets.get('button-1') ?? '');
};
const tell = async (count: number): Promise<void> => {
  const saying = Array.from({ length: count }, (_, index) => pad.say('telemetry', { illuminance: acknowledged + index }));
  await Promise.all(saying);
  acknowledged += count;
};

/** Median time from the press to the webhook, over nine presses, in ms. */
const pressToWebhook = async (series: string): Promise<number> => {
  const times: number[] = [];
  for (let count = 0; count < 9; count += 1) {
    const since = performance.now();
    const told = receiver.next();
    await Promise.all([button.say('event', { button: 'press' }, `${series}-${count}`), told]);
    times.push(performance.now() - since);
  }
  return times.toSorted((a, b) => a - b)[4] ?? Number.NaN;
};
/** On a busy machine a press takes now this long, now that; one that waited for InfluxDB would take seconds. */
const generously = (before: number): number => before * 5 + 150;

const written = async (): Promise<{ rows: number; distinct: number }> => {
  const count = async (what: string): Promise<number> => {
    const answer = (await influxd.query(`SELECT count(${what}) FROM reading`, 'carebed')) as {
      results: { series?: { values: [unknown, number][] }[] }[];
    };
    return answer.results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
  };
  return { rows: await count('illuminance'), distinct: await count('distinct(illuminance)') };
};
const everythingIsThere = (): Promise<unknown> =>
  waitFor('every acknowledged reading to be in InfluxDB', async () => (await written()).distinct === acknowledged, {
    within: 40_000,
    every: 100,
    state: () => acknowledged,
  });
const asked = (): Promise<Response> =>
  gateway.token().then((token) =>
    fetch(`${gateway.addresses.http}/api/devices/pad-1/telemetry?kinds=illuminance&limit=20000`, {
      headers: { authorization: `Bearer ${token}` },
    }),
  );
const reasons = async (): Promise<readonly string[]> =>
  ((await (await fetch(`${gateway.addresses.http}/readyz`)).json()) as { reasons: string[] }).reasons;
const isBehind = (): Promise<unknown> =>
  waitFor('readyz to say telemetry-behind', async () => (await reasons()).includes('telemetry-behind'), { within: 30_000 });

beforeEach(async () => {
  acknowledged = 0;
  influxd = await startInfluxd();
  receiver = createWebhookReceiver({ secret: webhookSecret });
  const { url } = await receiver.start();
  gateway = await createGatewayProcess({
    ...webhookConfig({ phones: url }),
    telemetry: { store: 'influxdb', url: influxd.url, database: 'carebed' },
  });
});
afterEach(async () => {
  await gateway.remove();
  await receiver.stop();
  await influxd.remove();
});
const moveIn = async (): Promise<void> => {
  await gateway.start();
  secrets = await importFirstHome(gateway, { 'operator-1': [{ channel: 'webhook', webhook: 'phones' }] }, [3_600, 3_700, 3_800]);
  await connect();
};

test('InfluxDB killed while it is written to: presses are as fast, nothing is lost, nothing stands twice', async () => {
  await moveIn();
  await tell(500);
  const before = await pressToWebhook('well');
  await everythingIsThere();
  expect(await (await asked()).json()).toMatchObject({ series: [{ kind: 'illuminance', form: 'points', points: { length: 500 } }] });

  const flood = tell(2_000);
  await influxd.kill();
  await flood;
  await isBehind();
  const away = await asked();
  expect([away.status, away.headers.get('content-type')]).toEqual([503, expect.stringContaining('application/problem+json')]);
  expect(await away.json()).toMatchObject({ code: 'telemetry-unavailable' });
  expect(await pressToWebhook('away')).toBeLessThan(generously(before));
  await tell(500);

  await influxd.start();
  await everythingIsThere();
  expect(await written()).toEqual({ rows: acknowledged, distinct: acknowledged });
  await waitFor('readyz to be well', async () => (await reasons()).length === 0, { within: 30_000 });
  expect((await asked()).status).toBe(200);
});

test('InfluxDB frozen: connections are taken and never answered; presses do not wait for it', async () => {
  await moveIn();
  await tell(200);
  const before = await pressToWebhook('well');
  await everythingIsThere();
  influxd.freeze();
  await tell(1_000);
  expect(await pressToWebhook('frozen')).toBeLessThan(generously(before));
  await isBehind();
  expect(await pressToWebhook('frozen-for-long')).toBeLessThan(generously(before));
  influxd.thaw();
  await everythingIsThere();
  expect(await written()).toEqual({ rows: acknowledged, distinct: acknowledged });
});

test('InfluxDB away when the gateway starts, and the gateway killed while it catches up: once each all the same', async () => {
  await influxd.kill();
  await moveIn();
  await tell(300);
  expect(await pressToWebhook('away')).toBeLessThan(generously(100));
  await isBehind();
  await gateway.kill();
  await gateway.start();
  await connect();
  await tell(3_000);
  await influxd.start();
  await waitFor('the writer to begin', async () => (await written()).rows > 0, { within: 30_000, every: 5 });
  await gateway.kill();
  await gateway.start();
  await connect();
  await tell(10);
  await everythingIsThere();
  expect(await written()).toEqual({ rows: acknowledged, distinct: acknowledged });
});
