import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDecoder, type Decoded } from '../../broker/decode.ts';
import { loadModels } from '../../broker/model-store.ts';
import { deviceIdSchema, deviceModelIdSchema } from '../../domain/ids.ts';
import { instant } from '../../domain/instant.ts';
import { isCall } from '../../domain/reading.ts';

/** Real messages of real devices, each with its source and what it means. */
const lines = readFileSync(join(import.meta.dirname, '../data/device-messages.jsonl'), 'utf8')
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
const zigbee = lines.filter((line) => line.vendor.startsWith('Zigbee2MQTT'));

const hub = deviceIdSchema.parse('hub-1');
/** The children of the hub by friendly name, and what each is. */
const children: { readonly [name: string]: [id: string, model: string] } = {
  '0xa4c13899607febd1': ['sos-1', 'zigbee2mqtt-sos-button'],
  '0x0c4314fffe03c247': ['sos-2', 'zigbee2mqtt-sos-button'],
  '0xb4e3f9fffe907daf': ['sos-3', 'zigbee2mqtt-sos-button'],
  'HS2FD-ZB': ['radar-1', 'zigbee2mqtt-fall-radar'],
  '0xa4c1382a6b329e9d': ['presence-1', 'zigbee2mqtt-presence'],
  '<friendly_name>': ['contact-1', 'zigbee2mqtt-contact'],
  my_bulb: ['sos-4', 'zigbee2mqtt-sos-button'],
};
const modelOf = new Map(Object.values(children).map(([id, model]) => [id, deviceModelIdSchema.parse(model)]));
const decode = createDecoder({
  models: loadModels(),
  findChild: (of, name) => {
    const child = of === hub && Object.hasOwn(children, name) ? children[name] : undefined;
    return child === undefined ? null : deviceIdSchema.parse(child[0]);
  },
  modelOf: (device) => modelOf.get(device) ?? deviceModelIdSchema.parse('none'),
});
const own = 'zigbee2mqtt/';
/** As the broker hands it over, the bridge's base topic being its own prefix. */
const inbound = (topic: string, payload: string, retain: boolean): Decoded[] =>
  decode({
    type: 'publish',
    sender: hub,
    model: deviceModelIdSchema.parse('zigbee2mqtt'),
    topic: topic.startsWith(own) ? topic.slice(own.length) : topic,
    payload: Buffer.from(payload),
    retain,
    duplicate: false,
    receivedAt: instant(1_800_000_000_000),
    refused: !topic.startsWith(own),
  });

const facts = (device: string, values: object) => [{ type: 'message', message: { device, facts: values } }];
const ignored = [{ type: 'ignored' }];
const foreign = [{ type: 'rejection', device: 'hub-1', rejection: { code: 'topic-not-yours' } }];

/** One line for each real message, in the order of the file. */
const expected: { readonly meaning: RegExp; readonly is: readonly object[] }[] = [
  { meaning: /^no press: action null/, is: facts('sos-1', { battery: 100, linkQuality: 14 }) },
  { meaning: /^device rejoined/, is: facts('sos-1', { online: true }) },
  { meaning: /^linkquality 0 although alive/, is: facts('sos-1', { battery: 100, linkQuality: 0 }) },
  { meaning: /^SOS pressed: exactly one/, is: facts('sos-1', { button: 'press', battery: 100, linkQuality: 18 }) },
  { meaning: /^after the press/, is: facts('sos-1', { battery: 100, linkQuality: 87 }) },
  { meaning: /^keep-alive repeat/, is: facts('sos-1', { battery: 100, linkQuality: 87 }) },
  { meaning: /^bridge answer; ignore/, is: ignored },
  { meaning: /^pairing/, is: ignored },
  { meaning: /^HA discovery of the battery/, is: foreign },
  { meaning: /^device self-description/, is: ignored },
  { meaning: /^fall radar, no fall/, is: facts('radar-1', { fall: 'cleared', presence: true, linkQuality: 255 }) },
  { meaning: /^presence re-published/, is: facts('presence-1', { presence: true, illuminance: 369, linkQuality: 98 }) },
  { meaning: /^presence re-published/, is: facts('presence-1', { presence: true, illuminance: 367, linkQuality: 98 }) },
  { meaning: /^presence re-published/, is: facts('presence-1', { presence: true, illuminance: 346, linkQuality: 91 }) },
  { meaning: /^HA discovery of a fall radar/, is: foreign },
  { meaning: /^availability, NEW JSON form \(/, is: facts('contact-1', { online: true }) },
  { meaning: /^availability, NEW JSON form: sensor lost/, is: facts('contact-1', { online: false }) },
  { meaning: /^bridge state, plain text/, is: facts('hub-1', { online: true }) },
  { meaning: /^interview failed/, is: ignored },
  { meaning: /^device left the network/, is: facts('sos-4', { online: false }) },
  { meaning: /^log line/, is: ignored },
  { meaning: /^bridge error answer/, is: ignored },
  { meaning: /^HA discovery: config entity/, is: foreign },
];

describe('a real Zigbee2MQTT message', () => {
  it('is in the table, every one of them', () => {
    expect(zigbee.length).toBe(expected.length);
    zigbee.forEach((line, n) => expect(line.meaning).toMatch(expected[n]?.meaning ?? /nothing/));
  });

  zigbee.forEach((line, n) => {
    it(`${n + 1} of a ${line.device} means: ${line.meaning}`, () => {
      const decoded = inbound(line.topic ?? '', line.payload, line.retain);
      expect(decoded).toMatchObject(expected[n]?.is ?? []);
      const first = decoded[0];
      if (first?.type === 'message') {
        const wanted = expected[n]?.is[0] as { message: { facts: object } };
        expect(first.message.facts).toEqual(wanted.message.facts);
      }
    });
  });

  it('makes exactly one call out of all of them', () => {
    const calls = zigbee
      .flatMap((line) => inbound(line.topic ?? '', line.payload, line.retain))
      .filter((decoded) => decoded.type === 'message' && isCall(decoded.message.facts));
    expect(calls).toMatchObject([
      { message: { device: 'sos-1', eventId: '2026-04-17T23:33:22+08:00:emergency', deviceAt: Date.parse('2026-04-17T15:33:22Z') } },
    ]);
  });
});

describe('any real message of any maker', () => {
  const models = [...loadModels().keys()];
  for (const model of models) {
    it(`never breaks the model ${model}, and calls only where a button was pressed`, () => {
      const strict = createDecoder({ models: loadModels(), findChild: () => deviceIdSchema.parse('child'), modelOf: () => model });
      for (const line of lines) {
        for (const sender of [model, deviceModelIdSchema.parse('zigbee2mqtt'), deviceModelIdSchema.parse('carebed-hub')]) {
          const decoded = strict({
            type: 'publish',
            sender: hub,
            model: sender,
            topic: line.topic?.replace(own, '') ?? 'event',
            payload: Buffer.from(line.payload),
            retain: line.retain,
            duplicate: false,
            receivedAt: instant(0),
            refused: false,
          });
          expect(decoded.length).toBeGreaterThan(0);
          const calls = decoded.some((d) => d.type === 'message' && isCall(d.message.facts));
          expect(calls && !/press|push|hold/i.test(line.meaning), line.meaning).toBe(false);
        }
      }
    });
  }
});
