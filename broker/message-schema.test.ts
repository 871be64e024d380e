import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { carebedMessageSchema, carebedStatusSchema } from './carebed-message.ts';
import { messageSchemaText } from './message-schema.ts';

const folder = join(import.meta.dirname, '../docs/protocol');
const schema = z.record(z.string(), z.unknown());
const committed = schema.parse(JSON.parse(readFileSync(join(folder, 'carebed-message.schema.json'), 'utf8')));
const protocol = z
  .object({
    asyncapi: z.literal('3.0.0'),
    channels: z.record(z.string(), z.object({ address: z.string(), messages: z.record(z.string(), z.object({ $ref: z.string() })) })),
    operations: z.record(z.string(), z.object({ channel: z.object({ $ref: z.string() }) })),
    components: z.object({
      messages: z.record(z.string(), z.object({ payload: z.unknown(), examples: z.array(z.object({ payload: z.unknown() })).default([]) })),
    }),
  })
  .parse(parse(readFileSync(join(folder, 'asyncapi.yaml'), 'utf8')));

describe('the documented protocol', () => {
  it('is generated from the schemas in force (write it with `node broker/write-message-schema.ts`)', () => {
    expect(committed).toEqual(JSON.parse(messageSchemaText()));
  });

  it('gives examples that its JSON Schema and the gateway take', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const valid = ajv.compile(committed);
    const examples = [
      ...(protocol.components.messages['readings']?.examples ?? []),
      ...(protocol.components.messages['status']?.examples ?? []),
    ];
    expect(examples.length).toBe(4);
    for (const { payload } of examples) {
      expect(valid(payload), JSON.stringify(payload)).toBe(true);
      expect(carebedMessageSchema.safeParse(payload).success || carebedStatusSchema.safeParse(payload).success).toBe(true);
    }
    expect(valid({ readings: { heartRate: 9_999 } })).toBe(false);
    expect(valid({ readings: { mood: 1 } })).toBe(false);
  });

  it('refers only to what it holds', () => {
    for (const { messages } of Object.values(protocol.channels)) {
      for (const { $ref } of Object.values(messages))
        expect(protocol.components.messages).toHaveProperty($ref.replace('#/components/messages/', ''));
    }
    for (const { channel } of Object.values(protocol.operations))
      expect(protocol.channels).toHaveProperty(channel.$ref.replace('#/channels/', ''));
  });
});
