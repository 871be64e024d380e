import { describe, expect, it } from 'vitest';
import { PacketCheck, type PacketFault } from './packet-check.ts';

/** What the check says of a packet with this first byte and this body, given in pieces of `step` bytes. */
const verdict = (header: number, body: readonly number[], step: number): PacketFault | null => {
  const check = new PacketCheck();
  if (!check.begin(header)) return 'malformed';
  for (let at = 0; at < body.length; at += step) {
    const fault = check.see(Uint8Array.from(body), at, Math.min(body.length, at + step));
    if (fault !== null) return fault;
  }
  return check.end();
};

const text = (value: string): number[] => [0, Buffer.byteLength(value), ...Buffer.from(value)];
/** The body of a CONNECT from its flags on, clean session and keep-alive 0. */
const connect = (flags: number, ...fields: readonly string[]): number[] => [...text('MQTT'), 4, flags, 0, 0, ...fields.flatMap(text)];

const cases: readonly [name: string, header: number, body: readonly number[], PacketFault | null][] = [
  ['a CONNECT', 0x10, connect(0x02, 'id'), null],
  ['a CONNECT with an empty client id', 0x10, connect(0x02, ''), null],
  ['a CONNECT with everything', 0x10, connect(0xf6, 'id', 'will/topic', '', 'user', ''), null],
  ['a CONNECT with more than its flags announce', 0x10, connect(0x02, 'id', 'user'), 'malformed'],
  ['a CONNECT with less than its flags announce', 0x10, connect(0x82, 'id'), 'malformed'],
  ['a CONNECT that ends inside its client id', 0x10, connect(0x02, 'id').slice(0, -1), 'malformed'],
  ['a CONNECT with the reserved flag', 0x10, connect(0x03, 'id'), 'malformed'],
  ['a CONNECT with a will QoS of 3', 0x10, connect(0x1e, 'id', 't', 'm'), 'malformed'],
  ['a CONNECT with a will QoS and no will', 0x10, connect(0x0a, 'id'), 'malformed'],
  ['a CONNECT with a retained will and no will', 0x10, connect(0x22, 'id'), 'malformed'],
  ['a CONNECT with a password and no user name', 0x10, connect(0x42, 'id', 'p'), 'malformed'],
  ['a CONNECT with a wildcard in the topic of its will', 0x10, connect(0x06, 'id', 'a/#', 'm'), 'malformed'],
  ['a CONNECT with a will payload that is not UTF-8', 0x10, [...connect(0x06, 'id', 't'), 0, 2, 0xff, 0], null],
  ['a CONNECT of MQTT 5', 0x10, [...text('MQTT'), 5, 2, 0, 0, 0, 0, 0], 'version'],
  ['a CONNECT of MQTT 3.1', 0x10, [...text('MQIsdp'), 3, 2, 0, 0, ...text('id')], 'version'],
  ['a CONNECT of MQTT 3.1 that calls itself 4', 0x10, [...text('MQIsdp'), 4, 2, 0, 0, ...text('id')], 'version'],
  ['a CONNECT of a bridge', 0x10, [...text('MQTT'), 0x84, 2, 0, 0, ...text('id')], 'version'],
  ['a CONNECT of another version without a keep-alive', 0x10, [...text('MQTT'), 5, 2, 0], 'malformed'],
  ['a CONNECT of another protocol', 0x10, [...text('AMQP'), 4, 2, 0, 0, ...text('id')], 'malformed'],
  ['a CONNECT without anything', 0x10, [], 'malformed'],
  ['a PUBLISH without a payload', 0x30, text('t'), null],
  ['a PUBLISH of any bytes', 0x30, [...text('t'), 0, 0xff, 0xc0], null],
  ['a PUBLISH without a topic', 0x30, text(''), 'malformed'],
  ['a PUBLISH with a wildcard', 0x30, text('a/+'), 'malformed'],
  ['a PUBLISH with a topic longer than the packet', 0x30, [0, 9, 0x74], 'malformed'],
  ['a PUBLISH of QoS 1', 0x32, [...text('t'), 0, 1, 7], null],
  ['a PUBLISH of QoS 1, once more', 0x3a, [...text('t'), 0, 1, 7], null],
  ['a PUBLISH of QoS 2', 0x34, [...text('t'), 1, 0], null],
  ['a PUBLISH of QoS 3', 0x36, [...text('t'), 0, 1], 'malformed'],
  ['a PUBLISH of QoS 1 with id 0', 0x32, [...text('t'), 0, 0, 7], 'malformed'],
  ['a PUBLISH of QoS 1 without an id', 0x32, text('t'), 'malformed'],
  ['a PUBLISH of QoS 2 with half an id', 0x34, [...text('t'), 1], 'malformed'],
  ['a PUBLISH of QoS 0, once more', 0x38, text('t'), 'malformed'],
  ['a SUBSCRIBE to two filters', 0x82, [0, 1, ...text('a/+'), 0, ...text('#'), 2], null],
  ['a SUBSCRIBE without filters', 0x82, [0, 1], 'malformed'],
  ['a SUBSCRIBE without a QoS', 0x82, [0, 1, ...text('a')], 'malformed'],
  ['a SUBSCRIBE with QoS 3', 0x82, [0, 1, ...text('a'), 3], 'malformed'],
  ['a SUBSCRIBE with reserved bits', 0x82, [0, 1, ...text('a'), 4], 'malformed'],
  ['a SUBSCRIBE with id 0', 0x82, [0, 0, ...text('a'), 0], 'malformed'],
  ['a SUBSCRIBE whose second filter is none', 0x82, [0, 1, ...text('a'), 0, ...text('a#'), 0], 'malformed'],
  ['a SUBSCRIBE with other flags', 0x80, [0, 1, ...text('a'), 0], 'malformed'],
  ['an UNSUBSCRIBE', 0xa2, [0, 1, ...text('a'), ...text('b/#')], null],
  ['an UNSUBSCRIBE without filters', 0xa2, [0, 1], 'malformed'],
  ['an UNSUBSCRIBE with an empty filter', 0xa2, [0, 1, ...text('')], 'malformed'],
  ...[0x40, 0x50, 0x62, 0x70].flatMap((header): [string, number, number[], PacketFault | null][] => [
    [`an acknowledgement ${header.toString(16)}`, header, [0, 1], null],
    [`an acknowledgement ${header.toString(16)} of id 0`, header, [0, 0], 'malformed'],
    [`an acknowledgement ${header.toString(16)} without an id`, header, [], 'malformed'],
    [`an acknowledgement ${header.toString(16)} with half an id`, header, [1], 'malformed'],
    [`an acknowledgement ${header.toString(16)} with more than an id`, header, [0, 1, 0], 'malformed'],
  ]),
  ['a PINGREQ', 0xc0, [], null],
  ['a PINGREQ with a body', 0xc0, [0], 'malformed'],
  ['a DISCONNECT', 0xe0, [], null],
  ['a DISCONNECT with a body', 0xe0, [0], 'malformed'],
  ...[0x00, 0x20, 0x90, 0xb0, 0xd0, 0xf0].map((header): [string, number, number[], PacketFault] => [
    `a packet that no client sends, ${header.toString(16)}`,
    header,
    [0, 0],
    'malformed',
  ]),
];

describe('the check of a packet', () => {
  for (const [name, header, body, is] of cases) {
    it(`${is === null ? 'accepts' : is === 'version' ? 'tells the version of' : 'refuses'} ${name}, whole and in pieces`, () => {
      for (const step of [body.length + 1, 1, 2, 3]) expect(verdict(header, body, step), `pieces of ${step}`).toBe(is);
    });
  }

  it('begins afresh with each packet', () => {
    const check = new PacketCheck();
    for (const [, header, body, is] of cases) {
      const fault = check.begin(header) ? (check.see(Uint8Array.from(body), 0, body.length) ?? check.end()) : 'malformed';
      expect(fault).toBe(is);
    }
  });
});
