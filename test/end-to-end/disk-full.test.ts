import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGatewayProcess, type GatewayProcess } from '../harness/gateway-process.ts';
import { importFirstHome, webhookConfig, webhookSecret } from '../harness/first-home.ts';
import { followLive } from '../harness/live-stream.ts';
import { connectDevice } from '../harness/mqtt-device.ts';
import { type SmallDisk, smallDisks } from '../harness/small-disk.ts';
import { waitFor } from '../harness/wait-for.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.ts';

interface Ready {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

describe.each(smallDisks)('when the disk is full ($way)', ({ make }) => {
  let disk: SmallDisk;
  let receiver: WebhookReceiver;
  let gateway: GatewayProcess;
  let secrets: Map<string, string>;

  beforeEach(async () => {
    disk = await make();
    receiver = createWebhookReceiver({ secret: webhookSecret });
    const { url } = await receiver.start();
    gateway = await createGatewayProcess({ ...webhookConfig({ phones: url }), openMetrics: true }, { data: join(disk.path, 'data') });
    await gateway.start();
    secrets = await importFirstHome(gateway, { 'operator-1': [{ channel: 'webhook', webhook: 'phones' }] }, [60, 120, 180]);
  });
  afterEach(async () => {
    await gateway.remove();
    await receiver.stop();
    await disk[Symbol.asyncDispose]();
  });

  const readiness = async (): Promise<{ status: number; body: Ready }> => {
    const response = await fetch(`${gateway.addresses.http}/readyz`);
    return { status: response.status, body: (await response.json()) as Ready };
  };
  const metrics = async (): Promise<string> => (await fetch(`${gateway.addresses.http}/metrics`)).text();
  const untilReady = (ready: boolean): Promise<unknown> =>
    waitFor(`readyz to say ${ready}`, async () => (await readiness()).body.ready === ready, { within: 20_000 });
  const connectButton = () => connectDevice(gateway.addresses.mqtt, 'button-1', secrets.get('button-1') ?? '');

  test('a press gets no PUBACK and the gateway says why; with room again the same press is committed and reaches its person', async () => {
    using live = await followLive(gateway);
    const button = await connectButton();
    expect(await readiness()).toEqual({ status: 200, body: { ready: true, reasons: [] } });

    await disk.fill(gateway.pid);
    let acknowledged = false;
    const press = button.say('event', { button: 'press' }, 'on-a-full-disk').then(() => {
      acknowledged = true;
    });
    const said = await live.next(({ event, data }) => event === 'trouble' && data.includes('"code":"store-refused"'));
    expect(JSON.parse(said.data)).toMatchObject({ code: 'store-refused', over: false });
    expect(await readiness()).toEqual({
      status: 503,
      body: { ready: false, reasons: expect.arrayContaining(['store-refused']) as unknown },
    });
    expect(await metrics()).toContain('carebed_trouble{code="store-refused"} 1');
    const write = await fetch(`${gateway.addresses.http}/api/people/nurse`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${await gateway.token()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'nurse', name: '护士', role: 'operator' }),
    });
    expect([write.status, write.headers.get('content-type')]).toEqual([503, expect.stringContaining('application/problem+json')]);
    expect(await write.json()).toMatchObject({ code: 'store-unavailable', status: 503 });
    // What can be read is still answered, and nothing of the press is there.
    expect(await gateway.api('GET', '/api/alarms')).toMatchObject({ items: [] });
    expect(receiver.messages).toHaveLength(0);
    expect(acknowledged).toBe(false);

    await disk.free(gateway.pid);
    await press;
    const { body } = await receiver.next();
    expect(body).toMatchObject({ data: { alarm: 'alarm-1', recipient: 'operator-1', purpose: 'raised', calls: 1 } });
    // Other troubles of a full disk (the telemetry's) come and go beside it.
    await live.next(({ event, data }) => event === 'trouble' && data.includes('"code":"store-refused"') && data.includes('"over":true'));
    await untilReady(true);
    expect(await metrics()).toContain('carebed_trouble{code="store-refused"} 0');
    expect(await gateway.api('GET', '/api/alarms')).toMatchObject({ items: [{ id: 'alarm-1', calls: 1 }], next: null });
    await button.end();
  });

  test('it is noticed although nobody calls, and is over when there is room', async () => {
    await disk.fill(gateway.pid);
    await untilReady(false);
    expect((await readiness()).body.reasons).toContain('store-refused');
    await disk.free(gateway.pid);
    await untilReady(true);
  });

  test('a write over the API that was refused is not half done, and goes through with room again', async () => {
    await disk.fill(gateway.pid);
    const person = { id: 'nurse', name: '护士', role: 'operator' };
    await expect(gateway.api('PUT', '/api/people/nurse', person)).rejects.toThrow(/503.*store-unavailable/);
    await expect(gateway.api('GET', '/api/people/nurse')).rejects.toThrow(/404/);
    await disk.free(gateway.pid);
    await untilReady(true);
    await gateway.api('PUT', '/api/people/nurse', person);
    expect(await gateway.api('GET', '/api/people/nurse')).toMatchObject({ id: 'nurse' });
  });

  test('killed on a full disk, it comes back, says so, and takes the press as soon as there is room', async () => {
    await disk.fill(gateway.pid);
    await gateway.kill();
    // A limit ends with its process; a full disk does not.
    await gateway.start();
    await disk.fill(gateway.pid);
    await untilReady(false);
    const button = await connectButton();
    const press = button.say('event', { button: 'press' }, 'after-the-kill');
    await disk.free(gateway.pid);
    await press;
    expect((await receiver.next()).body).toMatchObject({ data: { recipient: 'operator-1', purpose: 'raised' } });
    await untilReady(true);
    await button.end();
  });
});
