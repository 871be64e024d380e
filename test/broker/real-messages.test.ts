import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, type Decoded } from '../../broker/decode.ts';
import { deviceIdSchema, deviceModelIdSchema } from '../../domain/ids.ts';
import { instant } from '../../domain/instant.ts';
import { factsSchema, isCall } from '../../domain/reading.ts';
import { hear, lines, models, sender } from './real-messages.ts';
import { expected } from './real-outcomes.ts';

const briefly = (decoded: Decoded): string => {
  if (decoded.type === 'rejection') return decoded.rejection.code;
  if (decoded.type === 'ignored') return 'ignored';
  if (decoded.type !== 'waiting') return 'facts';
  const { name, says, model } = decoded.child;
  return `waiting ${name}${says === null ? '' : `: ${says}`}${model === null ? '' : ` → ${model}`}`;
};

describe('the real messages', () => {
  it('are all in the table', () => {
    expect(lines.length).toBe(58);
    expect(expected.length).toBe(58);
    lines.forEach((line, n) => expect(line.meaning).toMatch(expected[n]?.meaning ?? /nothing/));
  });

  lines.forEach((line, n) => {
    it(`${n + 1}, of a ${line.device}, means: ${line.meaning}`, () => {
      const { by, topic, is } = expected[n] ?? { by: '', topic: '', is: '' };
      const decoded = hear(by, topic, line.payload, line.retain);
      if (typeof is === 'string') expect(decoded.map(briefly)).toEqual([is]);
      else {
        const first = decoded[0]?.type === 'message' ? decoded[0].message : null;
        expect(first).toEqual({
          device: is.of,
          facts: is.facts,
          eventId: is.eventId ?? first?.eventId,
          deviceAt: is.deviceAt === undefined ? first?.deviceAt : Date.parse(is.deviceAt),
        });
      }
    });
  });

  it('call ten times in all: every press in the file and nothing else', () => {
    const calls = lines.filter((line, n) =>
      hear(expected[n]?.by ?? '', expected[n]?.topic ?? null, line.payload, line.retain).some(
        (decoded) => decoded.type === 'message' && isCall(decoded.message.facts),
      ),
    );
    expect(calls.map((line) => line.meaning.slice(0, 22))).toEqual([
      'SOS pressed: exactly o',
      'pull cord / nurse-call',
      'short push; event_cnt ',
      'long push; counter LOW',
      'BLU Button1 single pre',
      'double press',
      'triple press',
      'long press: Theengs co',
      'button hold: Theengs c',
      'button press at batter',
    ]);
  });

  it('say what is missing where a codec is', () => {
    const up = lines[50]?.payload ?? '';
    expect(hear('chirpstack', expected[50]?.topic ?? '', up, false)).toMatchObject([
      { type: 'message' },
      {
        type: 'rejection',
        device: 'c-12',
        rejection: { code: 'payload-invalid', where: 'object', detail: expect.stringContaining('codec') as string },
      },
    ]);
  });
});

describe('any real message of any maker', () => {
  for (const model of models.keys()) {
    it(`never breaks the model ${model}, and calls only where a button was pressed`, () => {
      const strict = createDecoder({ models, findChild: () => deviceIdSchema.parse('child'), modelOf: () => model });
      for (const line of lines) {
        for (const by of [model, deviceModelIdSchema.parse('zigbee2mqtt'), deviceModelIdSchema.parse('carebed-hub')]) {
          const decoded = strict({
            type: 'publish',
            sender,
            model: by,
            topic: line.topic?.replace('zigbee2mqtt/', '') ?? 'event',
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

/** Bytes as they may come from the same devices another day: with pieces missing, doubled, swapped with another message's, or damaged. */
const damage = fc.record({
  line: fc.nat({ max: lines.length - 1 }),
  other: fc.nat({ max: lines.length - 1 }),
  cut: fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 30 })),
  put: fc.tuple(
    fc.nat({ max: 400 }),
    fc.oneof(fc.constantFrom('null', '""', '{}', '[]', '-1', '1e999', 'true', '\\u0000', '"', ','), fc.string({ maxLength: 6 })),
  ),
  how: fc.constantFrom('cut', 'put', 'swap', 'both', 'key'),
  retain: fc.boolean(),
});
/** Words that are a press or a fall in some message of the file; a button's event with a word nobody knows is in doubt, and calls. */
const callWords = /press|push|"emergency"|"button|"event"|fall|action/i;

describe('messages of the same kinds, damaged', () => {
  it('never break the decoder, give only facts of the vocabulary, and call only where there is a word of a call', () => {
    fc.assert(
      fc.property(damage, ({ line, other, cut, put, how, retain }) => {
        const of = expected[line];
        let text = lines[how === 'swap' ? other : line]?.payload ?? '';
        if (how === 'cut' || how === 'both') text = text.slice(0, cut[0]) + text.slice(cut[0] + cut[1]);
        if (how === 'put' || how === 'both') text = text.slice(0, put[0]) + put[1] + text.slice(put[0]);
        if (how === 'key') text = text.replace(/"([a-z_]+)":/i, `"${put[1].replaceAll(/["\\\\]/g, '')}":`);
        const decoded = hear(of?.by ?? '', of?.topic ?? null, text, retain);
        expect(decoded.length).toBeGreaterThan(0);
        for (const one of decoded) {
          if (one.type !== 'message') continue;
          expect(factsSchema.safeParse(one.message.facts).success).toBe(true);
          if (isCall(one.message.facts)) expect(text).toMatch(callWords);
        }
      }),
      { numRuns: 4_000 },
    );
  });

  it.each(['null', '""', '"none"', 'false', '0', '{}', '[]'])('with %s where the press stood, call nobody', (nothing) => {
    const presses: readonly (readonly [line: number, was: string])[] = [
      [3, '"emergency"'],
      [23, '"single_push"'],
      [28, '"button":1'],
      [55, '"short press"'],
    ];
    for (const [line, was] of presses) {
      const payload = lines[line]?.payload ?? '';
      expect(payload).toContain(was);
      const instead = was === '"button":1' ? `"button":${nothing}` : nothing;
      const decoded = hear(expected[line]?.by ?? '', expected[line]?.topic ?? null, payload.replace(was, instead), false);
      const said = decoded.some((one) => one.type === 'message' && isCall(one.message.facts));
      expect([line, said]).toEqual([line, false]);
    }
  });
});
