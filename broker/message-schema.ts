import { z } from 'zod';
import { carebedMessageSchema, carebedStatusSchema } from './carebed-message.ts';

/** The committed file's text: what devices may send, from the very schemas that the decoder is held to by a property test. */
export const messageSchemaText = (): string => {
  const of = (schema: z.ZodType): object => {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
    return rest;
  };
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'carebed-message.schema.json',
    title: 'Carebed device messages, version 1',
    description:
      'message: the payload of event and telemetry; status: the payload of status and of the last will. Units are those of domain/reading.ts.',
    anyOf: [{ $ref: '#/$defs/message' }, { $ref: '#/$defs/status' }],
    $defs: { message: of(carebedMessageSchema), status: of(carebedStatusSchema) },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
};
