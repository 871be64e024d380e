import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { closed, connectBytes, connectedOnce, id, nextBytes, nextMessage, openHouse, secretOf } from './house.ts';

/** The four bytes of CONNACK with a return code. */
const connack = (code: number): number[] => [0x20, 2, 0, code];

describe('signing in', () => {
  const cases: { name: string; connect: Parameters<typeof connectBytes>[0]; code: number; counter: string }[] = [
    { name: 'a right secret', connect: { device: 'dev1' }, code: 0, counter: 'signed-in' },
    { name: 'whatever client id', connect: { device: 'dev1', clientId: 'DVES_1234' }, code: 0, counter: 'signed-in' },
    { name: 'an empty client id with a clean session', connect: { device: 'dev1', clientId: '' }, code: 0, counter: 'signed-in' },
    {
      name: 'an empty client id without one',
      connect: { device: 'dev1', clientId: '', clean: false },
      code: 2,
      counter: 'refused-client-id',
    },
    { name: 'a wrong secret', connect: { device: 'dev1', secret: secretOf('dev2') }, code: 4, counter: 'refused-credentials' },
    { name: 'no secret', connect: { device: 'dev1', secret: '' }, code: 4, counter: 'refused-credentials' },
    { name: 'an unknown device', connect: { device: 'nobody' }, code: 4, counter: 'refused-credentials' },
    { name: 'a name that is no device id', connect: { device: 'a/#' }, code: 4, counter: 'refused-credentials' },
    { name: 'a device out of service', connect: { device: 'off1' }, code: 5, counter: 'refused-disabled' },
    {
      name: 'a device out of service with a wrong secret',
      connect: { device: 'off1', secret: secretOf('dev1') },
      code: 4,
      counter: 'refused-credentials',
    },
    { name: 'MQTT 3.1', connect: { device: 'dev1', version: 3, protocol: 'MQIsdp' }, code: 1, counter: 'refused-version' },
    { name: 'a bridge', connect: { device: 'dev1', version: 0x84 }, code: 1, counter: 'refused-version' },
  ];
  for (const { name, connect, code, counter } of cases) {
    it(`with ${name} is answered with ${code}`, async () => {
      await using house = await openHouse();
      const socket = await house.raw();
      socket.write(connectBytes(connect));
      expect([...(await nextBytes(socket))]).toEqual(connack(code));
      if (code !== 0) await once(socket, 'close');
      await house.until(() => house.count(counter as never) === 1);
      expect(house.connections().length).toBe(code === 0 ? 1 : 0);
    });
  }

  it('with bytes behind the last field is no sign-in', async () => {
    await using house = await openHouse();
    const socket = await house.raw();
    socket.write(connectBytes({ device: 'dev1', trailing: 'more' }));
    await once(socket, 'close');
    expect(house.count('cut-protocol-error')).toBe(1);
    expect(house.connections()).toEqual([]);
  });

  it('a second time takes over, once, and does not read as offline', async () => {
    await using house = await openHouse();
    const will = { topic: 'carebed/v1/dev1/status', payload: Buffer.from('{"online":false}'), qos: 1 as const, retain: false };
    const first = await house.device('dev1', { will });
    const gone = closed(first);
    const second = await house.device('dev1', { clientId: 'another name', will });
    await gone;
    await second.publishAsync('carebed/v1/dev1/event', 'x', { qos: 1 });
    expect(house.connections().map((c) => [c.online, c.why])).toEqual([
      [true, 'connected'],
      [true, 'taken-over'],
    ]);
    expect(house.payloads()).toEqual(['x']);
    expect(house.count('taken-over')).toBe(1);
    expect(house.broker.stats().signedIn).toBe(1);
  });
});

describe('publishing', () => {
  for (const topic of ['carebed/v1/dev2/event', 'carebed/v1/dev1', 'homeassistant/x/config', 'carebed/v1/dev10/event', '$SYS/x']) {
    it(`to ${topic}, not one's own, is kept as refused and ends the connection without an acknowledgement`, async () => {
      await using house = await openHouse();
      const client = await house.device('dev1');
      let acknowledged = false;
      client.on('packetreceive', (packet) => {
        acknowledged ||= packet.cmd === 'puback';
      });
      client.publish(topic, 'x', { qos: 1 });
      await closed(client);
      expect(house.publishes()).toMatchObject([{ sender: 'dev1', topic, refused: true }]);
      expect(acknowledged).toBe(false);
      expect(house.count('cut-foreign-topic')).toBe(1);
    });
  }

  it("is heard by the gateway alone: another device's messages cannot be subscribed to, nor one's own", async () => {
    await using house = await openHouse();
    const listener = await house.device('dev2');
    for (const filter of ['#', '+/#', 'carebed/v1/#', 'carebed/v1/dev1/#', 'carebed/v1/dev2/#', 'carebed/v1/dev2/event', '$SYS/#']) {
      await expect(listener.subscribeAsync(filter), filter).rejects.toThrow('Subscribe error');
    }
    await expect(listener.subscribeAsync('$share/g/carebed/v1/dev2/command/#')).rejects.toThrow('Subscribe error');
    expect(house.count('subscription-refused')).toBe(8);
  });
});

describe('a command', () => {
  it('reaches the device that subscribed to it, with the QoS it asked for', async () => {
    await using house = await openHouse();
    const client = await house.device('dev1');
    const granted = await client.subscribeAsync(['carebed/v1/dev1/command/#'], { qos: 1 });
    expect(granted).toMatchObject([{ qos: 1 }]);
    const heard = nextMessage(client);
    expect(await house.broker.sendCommand(id('dev1'), 'command/identify', 'now')).toBe('sent');
    expect(await heard).toEqual(['carebed/v1/dev1/command/identify', 'now']);
  });

  it('is not sent to a device that did not ask, and says so', async () => {
    await using house = await openHouse();
    expect(await house.broker.sendCommand(id('dev1'), 'command/x', '')).toBe('offline');
    await house.device('dev1');
    expect(await house.broker.sendCommand(id('dev1'), 'command/x', '')).toBe('not-subscribed');
    expect(await house.broker.sendCommand(id('dev1'), 'command/#', '')).toBe('invalid-topic');
  });

  it('waits for a device with a kept session, the newest few of them, and is sent once', async () => {
    await using house = await openHouse({ limits: { maxQueuedCommandsPerDevice: 2 } });
    const first = await house.device('dev1', { clean: false });
    await first.subscribeAsync('carebed/v1/dev1/command/+', { qos: 1 });
    await first.endAsync();
    await house.until(() => house.connections().some((c) => !c.online));
    for (const name of ['a', 'b', 'c']) expect(await house.broker.sendCommand(id('dev1'), 'command/x', name)).toBe('queued');
    expect(house.count('command-dropped')).toBe(1);
    const heard: string[] = [];
    for (let round = 0; round < 2; round++) {
      const client = house.unconnected('dev1', { clean: false });
      client.on('message', (_topic, payload) => heard.push(String(payload)));
      await connectedOnce(client);
      while (!heard.includes('c')) await nextMessage(client);
      // Sent in order, so this comes after whatever else waited.
      await house.broker.sendCommand(id('dev1'), 'command/x', `round ${round}`);
      while (!heard.includes(`round ${round}`)) await nextMessage(client);
      await client.endAsync();
      await house.until(() => house.connections().filter((c) => !c.online).length === round + 2);
    }
    expect(heard.filter((text) => text.length === 1)).toEqual(['b', 'c']);
  });
});
