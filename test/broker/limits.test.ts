import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connectBytes, header, nextBytes, openHouse, publishBytes } from './house.ts';

const event = (device: string): string => `carebed/v1/${device}/event`;

/** Signs in over a raw socket. */
const signIn = async (socket: Socket, device: string, keepAlive = 0): Promise<void> => {
  socket.write(connectBytes({ device, keepAlive }));
  expect([...(await nextBytes(socket))]).toEqual([0x20, 2, 0, 0]);
};

/** Writes 200 MB in pieces until the other side closes; how many bytes it took. */
const pour = async (socket: Socket): Promise<number> => {
  const piece = Buffer.alloc(65_536);
  for (let written = 0; written < 200_000_000; written += piece.length) {
    if (socket.destroyed) break;
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
  }
  if (!socket.destroyed) await once(socket, 'close');
  return socket.bytesWritten;
};

describe('a packet that is too large', () => {
  it('is cut before sign-in by its announced length, not after 200 MB', async () => {
    await using house = await openHouse();
    const socket = await house.raw();
    socket.write(header(0x10, 200_000_000));
    expect(await pour(socket)).toBeLessThan(20_000_000);
    expect(house.count('packet-too-large')).toBe(1);
  });

  it('is cut after sign-in, and its device may come back', async () => {
    await using house = await openHouse();
    const socket = await house.raw();
    await signIn(socket, 'dev1');
    socket.write(header(0x32, 200_000_000));
    expect(await pour(socket)).toBeLessThan(20_000_000);
    expect(house.count('packet-too-large')).toBe(1);
    const again = await house.device('dev1');
    await again.publishAsync(event('dev1'), 'x', { qos: 1 });
  });

  it('of a CONNECT is smaller than that of a message', async () => {
    await using house = await openHouse();
    const socket = await house.raw();
    socket.write(connectBytes({ device: 'dev1', trailing: 'x'.repeat(9_000) }));
    await once(socket, 'close');
    expect(house.count('packet-too-large')).toBe(1);
  });

  it('and the largest that is allowed, in one-byte pieces or in one, is taken whole', async () => {
    await using house = await openHouse({ limits: { maxPacketBytes: 1_024 } });
    const client = await house.device('dev1');
    const rest = 1_024 - 2 - event('dev1').length - 2;
    await client.publishAsync(event('dev1'), 'x'.repeat(rest), { qos: 1 });
    expect(house.payloads()[0]?.length).toBe(rest);
    const socket = await house.raw();
    socket.setNoDelay(true);
    await signIn(socket, 'dev2');
    for (const byte of publishBytes(event('dev2'), 'drop by drop', 9)) socket.write(Buffer.of(byte));
    expect([...(await nextBytes(socket))]).toEqual([0x40, 2, 0, 9]);
  });
});

describe('a client that takes its time', () => {
  for (const [name, bytes] of [
    ['says nothing', Buffer.of()],
    ['sends half a CONNECT', connectBytes({ device: 'dev1' }).subarray(0, 12)],
  ] as const) {
    it(`and ${name} is cut when the time to CONNECT is over`, async () => {
      await using house = await openHouse({ limits: { connectTimeoutSeconds: 0.1 } });
      const socket = await house.raw();
      socket.write(bytes);
      await once(socket, 'close');
      expect(house.count('connect-timeout')).toBe(1);
      expect(house.taken).toEqual([]);
    });
  }

  it('over one packet is cut, though it keeps dripping', async () => {
    await using house = await openHouse({ limits: { packetTimeoutSeconds: 0.2 } });
    const socket = await house.raw();
    await signIn(socket, 'dev1');
    socket.write(header(0x30, 60_000));
    const drip = setInterval(() => socket.write('x'), 10);
    await once(socket, 'close');
    clearInterval(drip);
    expect(house.count('cut-stalled')).toBe(1);
    await house.until(() => house.connections().at(-1)?.why === 'lost');
  });

  it('beyond its keep-alive is offline for that reason', async () => {
    await using house = await openHouse();
    const socket = await house.raw();
    await signIn(socket, 'dev1', 1);
    await once(socket, 'close');
    expect(house.count('cut-keep-alive')).toBe(1);
    await house.until(() => house.connections().at(-1)?.why === 'keep-alive');
  });

  it('and never asked for a keep-alive is given one', async () => {
    await using house = await openHouse({ limits: { maxKeepAliveSeconds: 1 } });
    const socket = await house.raw();
    await signIn(socket, 'dev1', 0);
    await once(socket, 'close');
    expect(house.count('cut-keep-alive')).toBe(1);
  });

  it('only because the gateway has not yet committed its message is left alone', async () => {
    await using house = await openHouse();
    house.holding = true;
    const quiet = await house.raw();
    await signIn(quiet, 'dev1', 1);
    quiet.write(publishBytes(event('dev1'), 'press', 1));
    const idle = await house.raw();
    await signIn(idle, 'dev2', 1);
    // The idle one shows that the time was over for both.
    await once(idle, 'close');
    const answer = nextBytes(quiet);
    house.taken.find((t) => t.message.type === 'publish')?.done();
    expect([...(await answer)]).toEqual([0x40, 2, 0, 1]);
  });
});

describe('a flood', () => {
  it('of telemetry hides no press: all is handed over, the press with it, and only the acknowledgements are slow', async () => {
    await using house = await openHouse({ limits: { messagesPerSecond: 10, messageBurst: 50, maxHoldSeconds: 0.3 } });
    const client = await house.device('dev1');
    const sent: Promise<unknown>[] = [];
    for (let n = 0; n < 400; n++) {
      sent.push(client.publishAsync(`carebed/v1/dev1/${n === 333 ? 'event' : 'telemetry'}`, n === 333 ? 'press' : `t${n}`, { qos: 1 }));
    }
    await house.until(() => house.payloads().includes('press'));
    const begun = performance.now();
    await Promise.all(sent);
    expect(house.publishes().length).toBe(400);
    expect(new Set(house.payloads()).size).toBe(400);
    expect(house.count('slowed-message')).toBeGreaterThan(300);
    // Held back by the limit, but never longer than maxHoldSeconds for each chunk read.
    expect(performance.now() - begun).toBeGreaterThan(50);
    expect(house.connections().length).toBe(1);
  });

  it('of one device does not slow another', async () => {
    await using house = await openHouse({ limits: { messagesPerSecond: 1, messageBurst: 1, maxHoldSeconds: 30 } });
    const flooding = await house.device('dev1');
    for (let n = 0; n < 100; n++) flooding.publish(`carebed/v1/dev1/telemetry`, `t${n}`, { qos: 1 });
    await house.until(() => house.count('slowed-message') > 0);
    const other = await house.device('dev2');
    await other.publishAsync(event('dev2'), 'press', { qos: 1 });
    expect(house.payloads()).toContain('press');
  });

  it('of sign-ins, as of a button that connects for every press, is slowed and never refused', async () => {
    await using house = await openHouse({ limits: { connectsPerMinute: 5, maxHoldSeconds: 0.02 } });
    for (let n = 0; n < 12; n++) {
      const client = await house.device('dev1');
      await client.publishAsync(event('dev1'), `press ${n}`, { qos: 1 });
      await client.endAsync();
    }
    expect(house.payloads().length).toBe(12);
    expect(house.count('slowed-sign-in')).toBe(7);
  });

  it('of connections ends at the cap, and those that stand go on', async () => {
    await using house = await openHouse({ limits: { maxConnections: 3 } });
    const clients = [await house.device('dev1'), await house.device('dev2'), await house.device('dev3')];
    const late = await house.raw();
    await once(late, 'close');
    expect(house.count('refused-full')).toBe(1);
    await clients[0]?.publishAsync(event('dev1'), 'press', { qos: 1 });
    await clients[1]?.endAsync();
    await house.until(() => house.connections().some((c) => !c.online));
    await house.device('dev4');
  });

  it('from one address is refused when a limit is set', async () => {
    await using house = await openHouse({ limits: { maxConnectionsPerAddressPerSecond: 2 } });
    await house.raw();
    await house.raw();
    const third = await house.raw();
    await once(third, 'close');
    expect(house.count('refused-address-rate')).toBe(1);
  });

  it('of a thousand devices at once lets every one of them in', async () => {
    await using house = await openHouse({ limits: { connectTimeoutSeconds: 60 } });
    const sockets = await Promise.all(Array.from({ length: 1_000 }, () => house.raw()));
    sockets.forEach((socket, n) => socket.write(connectBytes({ device: `dev${n}` })));
    await house.until(() => house.broker.stats().signedIn === 1_000);
    for (const socket of sockets) socket.resetAndDestroy();
    await house.until(() => house.broker.stats().connections === 0);
    expect(house.connections().filter((c) => !c.online).length).toBe(1_000);
  });

  it('of subscriptions ends at the cap', async () => {
    await using house = await openHouse({ limits: { maxSubscriptionsPerDevice: 2 } });
    const client = await house.device('dev1');
    await client.subscribeAsync(['carebed/v1/dev1/command/a', 'carebed/v1/dev1/command/b']);
    await expect(client.subscribeAsync('carebed/v1/dev1/command/c')).rejects.toThrow('Subscribe error');
    await client.unsubscribeAsync('carebed/v1/dev1/command/a');
    await client.subscribeAsync('carebed/v1/dev1/command/c');
  });
});

describe('bytes that are not MQTT', () => {
  const cases: [string, Buffer][] = [
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a TLS hello', Buffer.of(0x16, 3, 1, 2, 0, 1, 0, 1)],
    ['a PUBLISH before CONNECT', publishBytes(event('dev1'), 'x', 1)],
    ['zeros', Buffer.alloc(100)],
    ['a length that never ends', Buffer.of(0x10, 0x80, 0x80, 0x80, 0x80, 0x80)],
  ];
  for (const [name, bytes] of cases) {
    it(`such as ${name} end the connection and nothing else`, async () => {
      await using house = await openHouse();
      const socket = await house.raw();
      socket.write(bytes);
      await once(socket, 'close');
      expect(house.taken).toEqual([]);
      const client = await house.device('dev1');
      await client.publishAsync(event('dev1'), 'still here', { qos: 1 });
    });
  }

  const afterwards: [string, Buffer][] = [
    ['a second CONNECT', connectBytes({ device: 'dev1' })],
    ['both QoS bits', Buffer.of(0x36, 5, 0, 1, 0x61, 0, 1)],
    ['a wildcard in a topic', publishBytes('carebed/v1/dev1/+', 'x', 1)],
    ['an empty topic', publishBytes('', 'x', 1)],
    ['a hundred and fifty levels', publishBytes(`carebed/v1/dev1${'/x'.repeat(150)}`, 'x', 1)],
    ['a reserved packet type', Buffer.of(0xf0, 0)],
    ['a SUBSCRIBE without filters', Buffer.of(0x82, 2, 0, 1)],
  ];
  for (const [name, bytes] of afterwards) {
    it(`after sign-in, such as ${name}, end the connection and nothing else`, async () => {
      await using house = await openHouse();
      const socket = await house.raw();
      await signIn(socket, 'dev1');
      socket.write(bytes);
      await once(socket, 'close');
      await house.until(() => house.connections().some((c) => !c.online));
      const client = await house.device('dev1');
      await client.publishAsync(event('dev1'), 'still here', { qos: 1 });
      expect(house.payloads()).toEqual(['still here']);
    });
  }
});
