import type { TextKind } from './text-check.ts';

/**
 * One field of a packet. Texts and `binary` come behind two bytes of length; `id` is a packet identifier, which is never 0 (MQTT-2.3.1-1);
 * `byte` and `number` are any one and any two bytes; `rest` is whatever is left, and may be nothing.
 */
export type Field = TextKind | 'binary' | 'id' | 'byte' | 'number' | 'qos' | 'protocol' | 'level' | 'connect-flags' | 'rest';

/** The fields of a packet in their order. With `again`, the fields from that place on may come once more and once more. */
export interface Shape {
  readonly fields: readonly Field[];
  readonly again?: number;
}

const nothing: Shape = { fields: [] };
const identified: Shape = { fields: ['id'] };
/** CONNECT as far as it is always the same: `connect-flags` says what comes behind. */
const connect: Shape = { fields: ['protocol', 'level', 'connect-flags'] };

const unacknowledged: Shape = { fields: ['topic', 'rest'] };
const acknowledged: Shape = { fields: ['topic', 'id', 'rest'] };

/**
 * What a client may send, by the first byte of the packet; everything else is a protocol violation: reserved types and flags (MQTT-2.2.2-1),
 * packets that only a server sends, both QoS bits (MQTT-3.3.1-4), a duplicate of what is never repeated (MQTT-3.3.1-2).
 */
const shapes = new Map<number, Shape>([
  [0x10, connect],
  [0x30, unacknowledged],
  [0x31, unacknowledged],
  ...[0x32, 0x33, 0x34, 0x35, 0x3a, 0x3b, 0x3c, 0x3d].map((header): [number, Shape] => [header, acknowledged]),
  [0x40, identified],
  [0x50, identified],
  [0x62, identified],
  [0x70, identified],
  [0x82, { fields: ['id', 'filter', 'qos'], again: 1 }],
  [0xa2, { fields: ['id', 'filter'], again: 1 }],
  [0xc0, nothing],
  [0xe0, nothing],
]);
/** By the header itself, so that the look-up costs nothing. */
const byHeader: readonly (Shape | null)[] = Array.from({ length: 256 }, (_, header) => shapes.get(header) ?? null);

/** The shape of a packet that begins with this byte; null when a client may not send it. */
export const shapeOf = (header: number): Shape | null => byHeader[header] ?? null;

/** What follows the level of another version in a CONNECT: every version has flags and a keep-alive there, and nobody knows what is behind them. */
export const foreignConnect: Shape = { fields: ['byte', 'number', 'rest'] };

const flag = { reserved: 0x01, will: 0x04, willQos: 0x18, willRetain: 0x20, password: 0x40, userName: 0x80 } as const;

/**
 * What follows the flags of a CONNECT: keep-alive, client id, and what the flags announce. Null when they contradict one another: the
 * reserved bit (MQTT-3.1.2-3), will options without a will or a will QoS of 3 (MQTT-3.1.2-11, -13, -14, -15), a password without a user name
 * (MQTT-3.1.2-22).
 */
export const shapeBehindFlags = (flags: number): Shape | null => {
  const has = (bit: number): boolean => (flags & bit) !== 0;
  if (has(flag.reserved) || (flags & flag.willQos) === flag.willQos) return null;
  if (!has(flag.will) && (has(flag.willQos) || has(flag.willRetain))) return null;
  if (has(flag.password) && !has(flag.userName)) return null;
  return {
    fields: [
      'number',
      'text',
      ...(has(flag.will) ? (['topic', 'binary'] as const) : []),
      ...(has(flag.userName) ? (['text'] as const) : []),
      ...(has(flag.password) ? (['binary'] as const) : []),
    ],
  };
};
