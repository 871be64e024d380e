import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceIdSchema, deviceModelIdSchema } from '../../domain/ids.ts';
import type { InboundMessage } from '../../domain/inbound.ts';
import { instant } from '../../domain/instant.ts';
import { packBatch, unpackBatch } from './batch.ts';

const sender = fc.constantFrom('button-1', 'pad-2').map((id) => deviceIdSchema.parse(id));
const receivedAt = fc.integer({ min: 0, max: 4e12 }).map(instant);
const message: fc.Arbitrary<InboundMessage> = fc.oneof(
  fc.record({
    type: fc.constant('publish' as const),
    sender,
    receivedAt,
    model: fc.constant(deviceModelIdSchema.parse('carebed-button')),
    topic: fc.string(),
    payload: fc.uint8Array({ maxLength: 40 }),
    retain: fc.boolean(),
    duplicate: fc.boolean(),
    refused: fc.boolean(),
  }),
  fc.record({ type: fc.constant('connection' as const), sender, receivedAt, online: fc.boolean(), why: fc.string() }),
);

test('a batch comes out on the other thread as it went in', () => {
  fc.assert(
    fc.property(fc.array(message), (messages) => {
      expect(unpackBatch(structuredClone(packBatch(messages)))).toEqual(messages);
    }),
  );
});

test('a small payload that is a slice of a large pool travels without its pool', () => {
  const pool = new Uint8Array(65_536);
  const payload = pool.subarray(100, 110);
  const packed = packBatch([
    {
      type: 'publish',
      sender: deviceIdSchema.parse('pad-2'),
      receivedAt: instant(1),
      model: deviceModelIdSchema.parse('m'),
      topic: 't',
      payload,
      retain: false,
      duplicate: false,
      refused: false,
    },
  ]);
  expect(packed.payloads.buffer.byteLength).toBe(10);
});
