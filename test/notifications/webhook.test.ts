import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWebhookChannel, type WebhookChannel } from '../../alerts/notifications/webhook/webhook-channel.ts';
import { type WebhookEndpoint, webhookEndpointSchema } from '../../alerts/notifications/webhook/config.ts';
import { webhookIdSchema } from '../../domain/ids.ts';
import { systemClock } from '../../domain/instant.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.ts';
import { aDelivery } from './a-delivery.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const newerSecret = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX';
const address = { channel: 'webhook', webhook: webhookIdSchema.parse('desk') } as const;
const never = new AbortController().signal;

const receivers: WebhookReceiver[] = [];
const channels: WebhookChannel[] = [];
const channelTo = (url: string, change: Partial<Record<keyof WebhookEndpoint, unknown>> = {}): WebhookChannel => {
  const endpoint = webhookEndpointSchema.parse({ id: 'desk', url, secrets: [secret], allowPrivate: true, ...change });
  const channel = createWebhookChannel({ endpoints: [endpoint], clock: systemClock });
  channels.push(channel);
  return channel;
};

describe('the webhook channel', () => {
  let receiver: WebhookReceiver;
  let url: string;
  beforeEach(async () => {
    receiver = createWebhookReceiver({ secret });
    receivers.push(receiver);
    url = (await receiver.start()).url;
  });
  afterEach(async () => {
    await Promise.all(channels.splice(0).map((channel) => channel.close()));
    await Promise.all(receivers.splice(0).map((one) => one.stop()));
  });

  it('delivers a signed message that the standard library accepts', async () => {
    expect(await channelTo(url).send(aDelivery(address), never)).toEqual({ state: 'delivered', providerId: null });
    const { id, body } = await receiver.next();
    expect(id).toBe('n1-0-abc');
    expect(body).toMatchObject({ type: 'alarm.raised', data: { alarm: 'alarm-42', rule: 'button', since: '2026-11-22T20:12:00.000Z' } });
    expect(receiver.refusals).toEqual([]);
  });

  it('names and locates nobody unless the endpoint says detail: full', async () => {
    await channelTo(url).send(aDelivery(address), never);
    const { raw } = await receiver.next();
    for (const personal of ['王秀英', '王家', '平安里', '4711', '主卧']) expect(raw).not.toContain(personal);
  });

  it('says who and where with detail: full, and never how to get in', async () => {
    await channelTo(url, { detail: 'full' }).send(aDelivery(address, { role: 'system' }), never);
    const { raw, body } = await receiver.next();
    expect(body).toMatchObject({ data: { about: { resident: '王秀英', address: '平安里 3 号楼 201', bed: '主卧' } } });
    expect(raw).not.toContain('4711');
  });

  it('keeps the id and the body over tries while the signature is made anew', async () => {
    const delivery = aDelivery(address);
    const channel = channelTo(url);
    receiver.script({ status: 503 });
    expect(await channel.send(delivery, never)).toMatchObject({ state: 'failed', code: 'webhook-http-503', retry: true });
    expect(await channel.send(delivery, never)).toMatchObject({ state: 'delivered' });
    const [first, second] = [await receiver.next(), await receiver.next()];
    expect(second.id).toBe(first.id);
    expect(second.raw).toBe(first.raw);
    expect(second.copy).toBe(true);
  });

  it('is accepted by receivers with the old and with the new secret while they change over', async () => {
    const renewed = createWebhookReceiver({ secret: newerSecret });
    receivers.push(renewed);
    const channel = channelTo((await renewed.start()).url, { secrets: [secret, newerSecret] });
    expect(await channel.send(aDelivery(address), never)).toMatchObject({ state: 'delivered' });
    expect(await channelTo(url, { secrets: [newerSecret, secret] }).send(aDelivery(address), never)).toMatchObject({ state: 'delivered' });
  });

  it.each([429, 502, 503, 504])('tries again after %i, when the receiver says', async (status) => {
    receiver.script({ status, headers: { 'retry-after': '7' } });
    expect(await channelTo(url).send(aDelivery(address), never)).toMatchObject({ state: 'failed', retry: true, retryAfterMs: 7_000 });
  });

  it('gives up for good on 410', async () => {
    receiver.script({ status: 410 });
    expect(await channelTo(url).send(aDelivery(address), never)).toMatchObject({ state: 'failed', code: 'webhook-gone', retry: false });
  });

  it('follows no redirect', async () => {
    const elsewhere = createWebhookReceiver({ secret });
    receivers.push(elsewhere);
    receiver.script({ status: 307, headers: { location: (await elsewhere.start()).url } });
    expect(await channelTo(url).send(aDelivery(address), never)).toMatchObject({ state: 'failed', code: 'webhook-http-307' });
    expect(elsewhere.messages).toEqual([]);
    expect(elsewhere.refusals).toEqual([]);
  });

  it('says unknown, not failed, when the receiver took it and never answered', async () => {
    receiver.script('hang');
    const result = await channelTo(url, { timeoutSeconds: 1 }).send(aDelivery(address), never);
    expect(result).toMatchObject({ state: 'unknown', code: 'webhook-timeout' });
    expect(receiver.messages).toHaveLength(1);
  });

  it('says unknown when the connection breaks after the request', async () => {
    receiver.script('drop');
    expect(await channelTo(url).send(aDelivery(address), never)).toMatchObject({ state: 'unknown', code: 'webhook-cut-off' });
  });

  it('ends at once when it is told to stop', async () => {
    receiver.script('hang');
    const stop = new AbortController();
    const sending = channelTo(url).send(aDelivery(address), stop.signal);
    await receiver.next();
    stop.abort();
    expect(await sending).toMatchObject({ state: 'unknown' });
  });

  it('fails with a retry when nobody listens there', async () => {
    await receiver.stop();
    expect(await channelTo(url).send(aDelivery(address), never)).toMatchObject({
      state: 'failed',
      code: 'webhook-unreachable',
      retry: true,
    });
  });

  it('is not held up by a receiver that answers without end', async () => {
    const endless = createServer((request, response) => {
      request.resume();
      response.writeHead(200);
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) continue;
      };
      response.on('drain', pour);
      pour();
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
    const channel = channelTo(`http://127.0.0.1:${(endless.address() as AddressInfo).port}/`);
    expect(await channel.send(aDelivery(address), never)).toMatchObject({ state: 'delivered' });
    await channel.close();
    endless.closeAllConnections();
    await new Promise((resolve) => endless.close(resolve));
  });

  it('does not connect to a private address behind a name', async () => {
    // localhost resolves to loopback; the schema would refuse the word itself, so the check on the wire is tried alone.
    const byName = webhookEndpointSchema.parse({ id: 'desk', url: 'https://desk.example/hook', secrets: [secret] });
    const channel = createWebhookChannel({
      endpoints: [{ ...byName, url: url.replace('127.0.0.1', 'localhost') }],
      clock: systemClock,
    });
    channels.push(channel);
    expect(await channel.send(aDelivery(address), never)).toMatchObject({ state: 'failed', code: 'webhook-address-private', retry: false });
    expect(receiver.messages).toEqual([]);
  });

  it('fails for good when the configuration has no such webhook', async () => {
    const elsewhere = { channel: 'webhook', webhook: webhookIdSchema.parse('other') } as const;
    expect(await channelTo(url).send(aDelivery(elsewhere), never)).toMatchObject({ code: 'webhook-not-configured', retry: false });
  });
});
