import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { connectAsync } from 'mqtt';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { closed, connectBytes, id, nextBytes, openHouse, secretOf } from './house.ts';

const event = (device: string): string => `carebed/v1/${device}/event`;
const will = { topic: 'carebed/v1/dev1/status', payload: Buffer.from('{"online":false}'), qos: 1 as const, retain: true };

describe('a connection', () => {
  it('that is closed cleanly says so, and its will stays unsaid', async () => {
    await using house = await openHouse();
    const client = await house.device('dev1', { will });
    await client.endAsync();
    await house.until(() => house.connections().length === 2);
    expect(house.connections().map((c) => [c.sender, c.online, c.why])).toEqual([
      ['dev1', true, 'connected'],
      ['dev1', false, 'disconnected'],
    ]);
    expect(house.publishes()).toEqual([]);
  });

  it('that is lost says so, and hands its will over like any message', async () => {
    await using house = await openHouse();
    const client = await house.device('dev1', { will });
    client.stream.destroy();
    await house.until(() => house.connections().length === 2 && house.publishes().length === 1);
    expect(house.connections()[1]).toMatchObject({ online: false, why: 'lost' });
    expect(house.publishes()).toMatchObject([{ sender: 'dev1', topic: 'status', retain: true, refused: false, duplicate: false }]);
    expect(house.payloads()).toEqual(['{"online":false}']);
  });

  it("with a will on another's topic may stand, and the will is kept as refused", async () => {
    await using house = await openHouse();
    const client = await house.device('dev1', { will: { ...will, topic: 'carebed/v1/dev2/status' } });
    client.stream.destroy();
    await house.until(() => house.publishes().length === 1);
    expect(house.publishes()).toMatchObject([{ sender: 'dev1', topic: 'carebed/v1/dev2/status', refused: true }]);
  });

  it('that the gateway ends carries the reason', async () => {
    await using house = await openHouse();
    const client = await house.device('dev1');
    expect(house.broker.disconnect(id('dev1'), 'out-of-service')).toBe(true);
    await closed(client);
    await house.until(() => house.connections().at(-1)?.why === 'out-of-service');
    expect(house.broker.disconnect(id('dev1'), 'out-of-service')).toBe(false);
  });

  it('of any device ends with the gateway without a will and without a word about being offline', async () => {
    await using house = await openHouse();
    const clients = await Promise.all(
      [1, 2, 3].map((n) => house.device(`dev${n}`, { will: { ...will, topic: `carebed/v1/dev${n}/status` } })),
    );
    const ended = clients.map((client) => closed(client));
    await house.broker.stop();
    await Promise.all(ended);
    expect(house.connections().map((c) => c.online)).toEqual([true, true, true]);
    expect(house.publishes()).toEqual([]);
    expect(house.count('will-withheld')).toBe(3);
  });

  it('that dies while its successor is being signed in is neither hidden nor doubled', async () => {
    await using house = await openHouse({ limits: { connectsPerMinute: 1, maxHoldSeconds: 0.1 } });
    const first = await house.device('dev1', { will });
    const successor = await house.raw();
    successor.write(connectBytes({ device: 'dev1' }));
    await house.until(() => house.count('slowed-sign-in') === 1);
    successor.resetAndDestroy();
    await house.until(() => house.broker.stats().connections === 1);
    first.stream.destroy();
    await house.until(() => house.connections().length === 2 && house.publishes().length === 1);
    expect(house.connections().map((c) => [c.online, c.why])).toEqual([
      [true, 'connected'],
      [false, 'lost'],
    ]);
    expect(house.broker.stats()).toEqual({ connections: 0, signedIn: 0, inFlight: 0 });
  });
});

describe('a listener', () => {
  it('for TLS carries MQTT, and a plain client there harms nobody', async () => {
    const pem = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
    await using house = await openHouse({ listeners: { mqtts: { host: '127.0.0.1', port: 0, key: pem.private, cert: pem.cert } } });
    const port = house.addresses.mqtts?.port ?? 0;
    const client = await connectAsync(`mqtts://127.0.0.1:${port}`, {
      username: 'dev1',
      password: secretOf('dev1'),
      rejectUnauthorized: false,
      reconnectPeriod: 0,
    });
    await client.publishAsync(event('dev1'), 'press', { qos: 1 });
    await client.endAsync();
    expect(house.payloads()).toEqual(['press']);
    const large = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    large.on('error', () => {});
    await once(large, 'secureConnect');
    large.write(Buffer.of(0x10, 0xff, 0xff, 0xff, 0x7f));
    await once(large, 'close');
    expect(house.count('packet-too-large')).toBe(1);
  });

  it('for WebSocket carries MQTT in binary frames', async () => {
    await using house = await openHouse({ listeners: { ws: { host: '127.0.0.1', port: 0 } } });
    const client = await house.device('dev1', {}, 'ws');
    await client.publishAsync(event('dev1'), 'x'.repeat(50_000), { qos: 1 });
    expect(house.payloads()[0]?.length).toBe(50_000);
    await client.endAsync();
    await house.until(() => house.connections().at(-1)?.why === 'disconnected');
  });

  it('for WebSocket refuses another subprotocol, text frames, frames too large, and plain HTTP', async () => {
    await using house = await openHouse({ listeners: { ws: { host: '127.0.0.1', port: 0 } } });
    const port = house.addresses.ws?.port ?? 0;
    const url = `ws://127.0.0.1:${port}/mqtt`;
    for (const protocols of [[], ['chat']]) {
      const other = new WebSocket(url, protocols);
      const [error]: unknown[] = await once(other, 'error').catch((thrown: unknown) => [thrown]);
      expect(String(error)).toContain('400');
    }
    const text = new WebSocket(url, 'mqtt');
    text.on('error', () => {});
    await once(text, 'open');
    expect(text.protocol).toBe('mqtt');
    text.send('hello');
    await once(text, 'close');
    const large = new WebSocket(url, 'mqtt');
    large.on('error', () => {});
    await once(large, 'open');
    large.send(Buffer.alloc(1_000_000, 0x10));
    await once(large, 'close');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(426);
    await house.device('dev1', {}, 'ws');
  });

  it('that cannot be opened fails the start with its name and address, and leaves nothing open', async () => {
    await using house = await openHouse();
    const taken = house.addresses.mqtt?.port ?? 0;
    await expect(
      openHouse({ listeners: { ws: { host: '127.0.0.1', port: 0 }, mqtt: { host: '127.0.0.1', port: taken } } }),
    ).rejects.toMatchObject({
      code: 'broker-cannot-listen',
      message: `listener mqtt cannot bind 127.0.0.1:${taken}: something else is listening there`,
    });
  });

  it('waits only so long for a TLS handshake', async () => {
    const pem = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
    await using house = await openHouse({
      listeners: { mqtts: { host: '127.0.0.1', port: 0, key: pem.private, cert: pem.cert }, mqtt: { host: '127.0.0.1', port: 0 } },
      limits: { handshakeTimeoutSeconds: 0.1 },
    });
    const { connect } = await import('node:net');
    const silent = connect(house.addresses.mqtts?.port ?? 0, '127.0.0.1');
    silent.on('error', () => {});
    await once(silent, 'close');
    const plain = await house.raw();
    plain.write(connectBytes({ device: 'dev1' }));
    expect([...(await nextBytes(plain))]).toEqual([0x20, 2, 0, 0]);
  });
});
