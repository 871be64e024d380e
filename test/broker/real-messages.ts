import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createDecoder, type Decoded } from '../../broker/decode.ts';
import { loadModels } from '../../broker/model-store.ts';
import { deviceIdSchema, deviceModelIdSchema } from '../../domain/ids.ts';
import { instant } from '../../domain/instant.ts';

/** Real messages of real devices, each with its source and what it means. */
export const lines = readFileSync(join(import.meta.dirname, '../data/device-messages.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) =>
    z
      .object({
        vendor: z.string(),
        device: z.string(),
        topic: z.string().nullable(),
        payload: z.string(),
        meaning: z.string(),
        retain: z.boolean().default(false),
      })
      .parse(JSON.parse(line)),
  );

export const models = loadModels();
export const sender = deviceIdSchema.parse('sender-1');
/** Everything that is placed: what its hub calls it, and its model. The device's id is `c-` and its place in this list. */
const placed: readonly (readonly [hubName: string, model: string])[] = [
  ['0xa4c13899607febd1', 'zigbee2mqtt-sos-button'],
  ['HS2FD-ZB', 'zigbee2mqtt-fall-radar'],
  ['0xa4c1382a6b329e9d', 'zigbee2mqtt-presence'],
  ['<friendly_name>', 'zigbee2mqtt-contact'],
  ['my_bulb', 'zigbee2mqtt-sos-button'],
  ['shelly1-328900', 'shelly-gen1-sos-button'],
  ['BC026EAABBCC', 'theengs-sos-button'],
  ['3C2EF5AABBCC', 'theengs-contact'],
  ['60EFABAABBCC', 'theengs-motion'],
  ['C6C752663CBF', 'theengs-room'],
  ['8D0B0', 'tasmota-rf-contact'],
  ['A4C1387FC1E1', 'tasmota-tag'],
  ['0101010101010101', 'milesight-ws101'],
  ['24e124535b316056', 'milesight-vs340'],
  ['cj5jpe7r23r0008c1pmg', 'disruptive-desk'],
];
const decode = createDecoder({
  models,
  findChild: (_, name) => {
    const at = placed.findIndex(([hubName]) => hubName === name);
    return at === -1 ? null : deviceIdSchema.parse(`c-${at}`);
  },
  modelOf: (device) => deviceModelIdSchema.parse(placed[Number(device.slice(2))]?.[1] ?? 'none'),
});
/** @param topic below the sender's own prefix; null for one that is not */
export const hear = (model: string, topic: string | null, payload: string, retain: boolean): Decoded[] =>
  decode({
    type: 'publish',
    sender,
    model: deviceModelIdSchema.parse(model),
    topic: topic ?? 'homeassistant/elsewhere',
    payload: Buffer.from(payload),
    retain,
    duplicate: false,
    receivedAt: instant(1_800_000_000_000),
    refused: topic === null,
  });
