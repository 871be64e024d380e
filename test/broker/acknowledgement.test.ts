import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { closed, connectBytes, id, nextBytes, openHouse, publishBytes } from './house.ts';

const event = (device: string): string => `carebed/v1/${device}/event`;

describe('an acknowledgement', () => {
  it('leaves only after the message has been committed', async () => {
    await using house = await openHouse();
    const client = await house.device('dev1');
    house.holding = true;
    let acknowledged = false;
    const published = client.publishAsync(event('dev1'), 'press', { qos: 1 }).then(() => {
      acknowledged = true;
    });
    await house.until(() => house.publishes().length === 1);
    // A round trip behind it: had an acknowledgement been sent, it would have come first.
    const other = await house.device('dev2');
    house.holding = false;
    await other.publishAsync(event('dev2'), 'x', { qos: 1 });
    expect(acknowledged).toBe(false);
    house.taken.find((t) => t.message.type === 'publish')?.done();
    await published;
    expect(acknowledged).toBe(true);
  });

  it('comes in the order of the messages, whatever the order of the commits', async () => {
    await using house = await openHouse();
    house.holding = true;
    const socket = await house.raw();
    socket.write(connectBytes({ device: 'dev1' }));
    await nextBytes(socket);
    socket.write(Buffer.concat([1, 2, 3].map((n) => publishBytes(event('dev1'), `m${n}`, n))));
    await house.until(() => house.publishes().length === 3);
    const dones = house.taken.filter((t) => t.message.type === 'publish').map((t) => t.done);
    dones[2]?.();
    dones[1]?.();
    const heard = nextBytes(socket);
    dones[0]?.();
    let bytes = await heard;
    while (bytes.length < 12) bytes = Buffer.concat([bytes, await nextBytes(socket)]);
    expect([...bytes]).toEqual([0x40, 2, 0, 1, 0x40, 2, 0, 2, 0x40, 2, 0, 3]);
  });

  it('of a QoS 2 message waits for the commit too', async () => {
    await using house = await openHouse();
    const client = await house.device('dev1');
    const received: string[] = [];
    client.on('packetreceive', (packet) => received.push(packet.cmd));
    house.holding = true;
    const published = client.publishAsync(event('dev1'), 'press', { qos: 2 });
    await house.until(() => house.publishes().length === 1);
    expect(received).not.toContain('pubrec');
    house.taken.find((t) => t.message.type === 'publish')?.done();
    await published;
    expect(received.filter((cmd) => cmd === 'pubrec' || cmd === 'pubcomp')).toEqual(['pubrec', 'pubcomp']);
    expect(house.payloads()).toEqual(['press']);
  });

  it('never leaves for a message that could not be committed, and the device sends it again when it is back', async () => {
    await using house = await openHouse();
    house.holding = true;
    const socket = await house.raw();
    socket.write(connectBytes({ device: 'dev1' }));
    await nextBytes(socket);
    socket.write(publishBytes(event('dev1'), 'press', 7));
    await house.until(() => house.publishes().length === 1);
    let answered = 0;
    socket.on('data', (bytes) => {
      answered += bytes.length;
    });
    socket.end();
    await once(socket, 'close');
    expect(answered).toBe(0);
  });

  it('is not owed to a seam that throws: the connection is cut and the process lives', async () => {
    let fails = true;
    await using house = await openHouse({
      accept: (message, done) => {
        if (message.type === 'publish' && fails) throw new Error('the seam broke its promise');
        done();
      },
    });
    const client = await house.device('dev1');
    client.publish(event('dev1'), 'press', { qos: 1 });
    await closed(client);
    expect(house.count('accept-failed')).toBe(1);
    fails = false;
    const again = await house.device('dev1');
    await again.publishAsync(event('dev1'), 'press', { qos: 1 });
    expect(house.broker.stats()).toMatchObject({ signedIn: 1, inFlight: 0 });
  });

  it('reaches the device although the gateway is stopping', async () => {
    await using house = await openHouse();
    const client = await house.device('dev1');
    house.holding = true;
    const published = client.publishAsync(event('dev1'), 'press', { qos: 1 });
    await house.until(() => house.publishes().length === 1);
    const stopped = house.broker.stop();
    house.taken.find((t) => t.message.type === 'publish')?.done();
    await published;
    await stopped;
    expect(house.connections().map((c) => c.why)).toEqual(['connected']);
    expect(house.broker.disconnect(id('dev1'), 'test')).toBe(false);
  });
});

describe('what is handed over', () => {
  it('carries the sender, the topic below its prefix, the flags and the bytes as they came', async () => {
    await using house = await openHouse();
    const client = await house.device('hub1');
    await client.publishAsync('carebed/v1/hub1/child/the bed/pad/telemetry', Buffer.of(0, 255, 7), { qos: 1, retain: true });
    expect(house.publishes()).toMatchObject([
      { sender: 'hub1', model: 'carebed-hub', topic: 'child/the bed/pad/telemetry', retain: true, duplicate: false, refused: false },
    ]);
    expect([...(house.publishes()[0]?.payload ?? [])]).toEqual([0, 255, 7]);
  });

  it('comes from a device that says everything in one breath and hangs up', async () => {
    await using house = await openHouse();
    const socket = await house.raw();
    const words = Array.from({ length: 300 }, (_, n) => publishBytes(event('dev1'), `w${n}`));
    socket.end(Buffer.concat([connectBytes({ device: 'dev1' }), ...words, publishBytes(event('dev1'), 'press', 1), Buffer.of(0xe0, 0)]));
    await house.until(() => house.connections().length === 2);
    expect(house.payloads()).toEqual([...words.map((_, n) => `w${n}`), 'press']);
    expect(house.connections()[1]?.why).toBe('disconnected');
  });

  it('comes from QoS 0 as well', async () => {
    await using house = await openHouse();
    const client = await house.device('dev1');
    client.publish(event('dev1'), 'press', { qos: 0 });
    await house.until(() => house.publishes().length === 1);
    expect(house.payloads()).toEqual(['press']);
  });
});
