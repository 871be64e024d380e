import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { closed, connectBytes, type House, header, id, nextBytes, nextMessage, openHouse, publishBytes, secretOf } from './house.ts';

const event = 'carebed/v1/dev1/event';
const will = { topic: 'carebed/v1/dev1/status', payload: Buffer.from('gone'), qos: 1 as const, retain: false };

/** So many bytes that a socket gets. */
const read = async (socket: Socket, length: number): Promise<number[]> => {
  let bytes = Buffer.alloc(0);
  while (bytes.length < length) bytes = Buffer.concat([bytes, await nextBytes(socket)]);
  return [...bytes];
};
/** Signs in over a raw socket; the answer's session-present flag. */
const signIn = async (house: House, options: { clean?: boolean } = {}): Promise<{ socket: Socket; present: number }> => {
  const socket = await house.raw();
  socket.write(connectBytes({ device: 'dev1', ...options }));
  const [type, length, present, code] = await read(socket, 4);
  expect([type, length, code]).toEqual([0x20, 2, 0]);
  return { socket, present: present ?? -1 };
};
const hangUp = async (house: House, socket: Socket): Promise<void> => {
  socket.resetAndDestroy();
  await house.until(() => house.broker.stats().connections === 0);
};
/** A PUBLISH of QoS 2 with id 7. */
const exactlyOnce = (text: string, again = false): Buffer => {
  const bytes = publishBytes(event, text, 7);
  bytes[0] = again ? 0x3c : 0x34;
  return bytes;
};
const subscribe = (filter: string, qos: number): Buffer =>
  Buffer.concat([header(0x82, 5 + filter.length), Buffer.of(0, 1, 0, filter.length), Buffer.from(filter), Buffer.of(qos)]);
const pubrec = [0x50, 2, 0, 7];
const pubrel = Buffer.of(0x62, 2, 0, 7);
const pubcomp = [0x70, 2, 0, 7];

describe('a message of QoS 2', () => {
  it('that is sent again is acknowledged again and heard once, also over a new connection of a kept session', async () => {
    await using house = await openHouse();
    const first = await signIn(house, { clean: false });
    first.socket.write(exactlyOnce('press'));
    expect(await read(first.socket, 4)).toEqual(pubrec);
    first.socket.write(exactlyOnce('press', true));
    expect(await read(first.socket, 4)).toEqual(pubrec);
    await hangUp(house, first.socket);
    const second = await signIn(house, { clean: false });
    second.socket.write(exactlyOnce('press', true));
    expect(await read(second.socket, 4)).toEqual(pubrec);
    second.socket.write(pubrel);
    expect(await read(second.socket, 4)).toEqual(pubcomp);
    expect(house.payloads()).toEqual(['press']);
  });

  it('under an id that was released is another message', async () => {
    await using house = await openHouse();
    const { socket } = await signIn(house);
    for (const text of ['press', 'a second press']) {
      socket.write(exactlyOnce(text));
      expect(await read(socket, 4)).toEqual(pubrec);
      socket.write(pubrel);
      expect(await read(socket, 4)).toEqual(pubcomp);
    }
    expect(house.payloads()).toEqual(['press', 'a second press']);
  });

  it('under an id that was not released, and not marked as sent again, is heard: a call is not swallowed for bad book-keeping', async () => {
    await using house = await openHouse();
    const { socket } = await signIn(house);
    for (const text of ['press', 'a second press']) {
      socket.write(exactlyOnce(text));
      expect(await read(socket, 4)).toEqual(pubrec);
    }
    expect(house.payloads()).toEqual(['press', 'a second press']);
  });

  it('that was never committed is heard again', async () => {
    await using house = await openHouse();
    house.holding = true;
    const first = await signIn(house, { clean: false });
    first.socket.write(exactlyOnce('press'));
    await house.until(() => house.publishes().length === 1);
    await hangUp(house, first.socket);
    house.holding = false;
    const second = await signIn(house, { clean: false });
    second.socket.write(exactlyOnce('press', true));
    expect(await read(second.socket, 4)).toEqual(pubrec);
    expect(house.publishes().map((message) => message.duplicate)).toEqual([false, true]);
  });
});

describe('a session', () => {
  it('is present when it was kept and holds something, and ends with a clean one', async () => {
    await using house = await openHouse();
    const present: number[] = [];
    for (const clean of [false, false, true, false]) {
      const { socket, present: flag } = await signIn(house, { clean });
      present.push(flag);
      socket.write(subscribe('carebed/v1/dev1/command/#', 1));
      expect(await read(socket, 5)).toEqual([0x90, 3, 0, 1, 1]);
      await hangUp(house, socket);
    }
    // MQTT-3.2.2-1, -2, -3; the last because the clean session before it left nothing (MQTT-3.1.2-6).
    expect(present).toEqual([0, 1, 0, 0]);
  });

  it('gives commands that wait and commands that come ids that are not in use', async () => {
    await using house = await openHouse();
    const first = await signIn(house, { clean: false });
    first.socket.write(subscribe('carebed/v1/dev1/command/#', 1));
    await read(first.socket, 5);
    const command = 'carebed/v1/dev1/command/x';
    const size = 2 + 2 + command.length + 2 + 1;
    const idIn = (bytes: readonly number[]): number => (bytes[4 + command.length] ?? 0) * 256 + (bytes[5 + command.length] ?? 0);
    const seen: number[] = [];
    for (const text of ['a', 'b']) {
      const heard = read(first.socket, size);
      await house.broker.sendCommand(id('dev1'), 'command/x', text);
      seen.push(idIn(await heard));
    }
    // Neither was acknowledged.
    await hangUp(house, first.socket);
    expect(await house.broker.sendCommand(id('dev1'), 'command/x', 'c')).toBe('queued');
    const socket = await house.raw();
    socket.write(connectBytes({ device: 'dev1', clean: false }));
    const [, , present, , ...commands] = await read(socket, 4 + 3 * size);
    expect(present).toBe(1);
    const ids = [0, 1, 2].map((n) => idIn(commands.slice(n * size, (n + 1) * size)));
    expect(ids.slice(0, 2)).toEqual(seen);
    const heard = read(socket, size);
    await house.broker.sendCommand(id('dev1'), 'command/x', 'd');
    expect(new Set([...ids, idIn(await heard)]).size).toBe(4);
  });
});

describe('a will', () => {
  it('is withheld when another connection of the device takes over', async () => {
    await using house = await openHouse();
    const first = await house.device('dev1', { will });
    const gone = closed(first);
    await house.device('dev1', { clientId: 'again' });
    await gone;
    await house.until(() => house.count('will-withheld') === 1);
    expect(house.publishes()).toEqual([]);
  });

  it('is said when a DISCONNECT is no DISCONNECT', async () => {
    await using house = await openHouse();
    const client = await house.device('dev1', { will });
    client.stream.write(Buffer.of(0xe0, 1, 0));
    await house.until(() => house.publishes().length === 1);
    expect(house.payloads()).toEqual(['gone']);
    expect(house.connections().at(-1)?.why).toBe('lost');
  });

  it('of any bytes and any QoS is handed over with its flag', async () => {
    await using house = await openHouse();
    for (const qos of [0, 1, 2] as const) {
      const client = await house.device('dev1', { will: { ...will, payload: Buffer.of(0, 255), qos, retain: true } });
      client.stream.destroy();
      await house.until(() => house.publishes().length === qos + 1);
    }
    expect(house.publishes().map(({ topic, retain, payload }) => [topic, retain, ...payload])).toEqual(
      Array.from({ length: 3 }, () => ['status', true, 0, 255]),
    );
  });
});

describe('a retained message', () => {
  it('is handed on with its flag and kept for nobody', async () => {
    await using house = await openHouse();
    const client = await house.device('dev1');
    await client.publishAsync('carebed/v1/dev1/command/x', 'kept?', { qos: 1, retain: true });
    expect(house.publishes()).toMatchObject([{ topic: 'command/x', retain: true }]);
    const heard: string[] = [];
    client.on('message', (_topic, payload) => heard.push(String(payload)));
    await client.subscribeAsync('carebed/v1/dev1/command/#', { qos: 1 });
    const next = nextMessage(client);
    await house.broker.sendCommand(id('dev1'), 'command/x', 'a command');
    await next;
    expect(heard).toEqual(['a command']);
  });
});

describe('a version that is not spoken here', () => {
  for (const [name, protocol, version] of [
    ['MQTT 3.1', 'MQIsdp', 3],
    ['MQTT 5', 'MQTT', 5],
    ['one without a number', 'MQTT', 0],
    ['one before 3.1', 'MQTT', 2],
    ['one to come', 'MQTT', 6],
  ] as const) {
    it(`such as ${name} is answered with CONNACK 1 and no more`, async () => {
      await using house = await openHouse();
      const socket = await house.raw();
      socket.write(connectBytes({ device: 'dev1', protocol, version }));
      expect(await read(socket, 4)).toEqual([0x20, 2, 0, 1]);
      await once(socket, 'close');
      expect(house.count('refused-version')).toBe(1);
      expect(house.taken).toEqual([]);
    });
  }
});

describe('what breaks the protocol', () => {
  const broken: [string, Buffer][] = [
    ['a topic with a control character', publishBytes('carebed/v1/dev1/ev\u0007ent', 'x', 2)],
    ['a topic that is not UTF-8', Buffer.of(0x30, 4, 0, 2, 0xc3, 0x28)],
    ['an id of 0', publishBytes(event, 'x', 0)],
    ['a PINGREQ with a body', Buffer.of(0xc0, 1, 0)],
    ['an UNSUBSCRIBE of nothing', Buffer.of(0xa2, 2, 0, 1)],
    ['a filter with a wildcard in a word', subscribe('carebed/v1/dev1/a+', 1)],
    ['a packet that only a server sends', Buffer.of(0xd0, 0)],
    ['a second CONNECT', connectBytes({ device: 'dev1' })],
  ];
  for (const [name, bytes] of broken) {
    it(`such as ${name} is cut, and what came before it in the same breath is committed and acknowledged first`, async () => {
      await using house = await openHouse();
      house.holding = true;
      const { socket } = await signIn(house);
      const answer = read(socket, 4);
      socket.write(Buffer.concat([publishBytes(event, 'press', 1), bytes, publishBytes(event, 'behind it', 3)]));
      await house.until(() => house.publishes().length === 1);
      house.taken.find((taken) => taken.message.type === 'publish')?.done();
      expect(await answer).toEqual([0x40, 2, 0, 1]);
      await once(socket, 'close');
      expect(house.payloads()).toEqual(['press']);
      expect(house.count('cut-protocol-error')).toBe(1);
    });
  }

  it('in a CONNECT is no sign-in', async () => {
    await using house = await openHouse();
    for (const clientId of ['a\0b', 'a\u0001b', 'a\u009fb', 'a\u{fffe}b']) {
      const socket = await house.raw();
      socket.write(connectBytes({ device: 'dev1', clientId }));
      await once(socket, 'close');
    }
    expect(house.count('cut-protocol-error')).toBe(4);
    expect(house.taken).toEqual([]);
    await house.device('dev1', { clientId: '护理床 · łóżko', password: secretOf('dev1') });
  });
});
