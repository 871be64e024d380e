import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageSchemaText } from './message-schema.ts';

/** Writes the JSON Schema of Carebed's own messages: `node broker/write-message-schema.ts`. A test says when it is due. */
writeFileSync(join(import.meta.dirname, '../docs/protocol/carebed-message.schema.json'), messageSchemaText());
