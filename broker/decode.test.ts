import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceIdSchema, deviceModelIdSchema } from '../domain/ids.ts';
import { instant } from '../domain/instant.ts';
import { factsSchema, isCall, readingKinds, readingValueSchemas } from '../domain/reading.ts';
import { carebedMessageSchema } from './carebed-message.ts';
import { createDecoder, type Decoded } from './decode.ts';
import { loadModels } from './model-store.ts';

const models = loadModels();
const hub = deviceIdSchema.parse('hub-1');
const childModels: { [name: string]: string } = {
  button: 'carebed-button',
  'the bed/left pad': 'carebed-bed-pad',
  'sos button/bathroom': 'zigbee2mqtt-sos-button',
  sos: 'zigbee2mqtt-sos-button',
  radar: 'zigbee2mqtt-fall-radar',
  pad: 'zigbee2mqtt-bed-pad',
  door: 'zigbee2mqtt-contact',
  pir: 'zigbee2mqtt-motion',
  presence: 'zigbee2mqtt-presence',
};
const idOf = (name: string) => deviceIdSchema.parse(`child-${name.replaceAll(/[^a-z]/g, '-')}`);
const decode = createDecoder({
  models,
  findChild: (_, name) => (Object.hasOwn(childModels, name) ? idOf(name) : null),
  modelOf: (device) => deviceModelIdSchema.parse(Object.entries(childModels).find(([name]) => idOf(name) === device)?.[1] ?? 'none'),
});
const say = (model: string, topic: string, payload: string | Uint8Array, more: { retain?: boolean; refused?: boolean } = {}): Decoded[] =>
  decode({
    type: 'publish',
    sender: hub,
    model: deviceModelIdSchema.parse(model),
    topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    retain: false,
    duplicate: false,
    receivedAt: instant(0),
    refused: false,
    ...more,
  });
const own = (topic: string, payload: unknown): Decoded[] => say('carebed-button', topic, JSON.stringify(payload));
const factsOf = (decoded: readonly Decoded[]): object[] => decoded.filter((d) => d.type === 'message').map((d) => d.message.facts);
const codesOf = (decoded: readonly Decoded[]): string[] =>
  decoded.filter((d) => d.type === 'rejection').map((d) => `${d.rejection.code} ${d.rejection.where}`);

describe("Carebed's own protocol", () => {
  it('gives facts, the device, its time and its event id', () => {
    expect(own('event', { id: 'n-7', at: '2026-01-01T08:00:00+08:00', readings: { button: 'press', battery: 80 } })).toEqual([
      {
        type: 'message',
        message: { device: 'hub-1', facts: { button: 'press', battery: 80 }, deviceAt: Date.UTC(2026, 0, 1), eventId: 'n-7' },
      },
    ]);
    expect(own('telemetry', { id: 12, at: 1_767_225_600_000, readings: { heartRate: 60 } })).toMatchObject([
      { message: { deviceAt: Date.UTC(2026, 0, 1), eventId: '12' } },
    ]);
    expect(own('status', { online: false })).toMatchObject([{ message: { facts: { online: false }, eventId: null } }]);
  });

  it('takes a call without an id, and a retained one', () => {
    expect(factsOf(own('event', { readings: { button: 'press' } }))).toEqual([{ button: 'press' }]);
    expect(factsOf(say('carebed-button', 'event', '{"id":"1","readings":{"fall":"suspected"}}', { retain: true }))).toEqual([
      { fall: 'suspected' },
    ]);
  });

  it.each([
    [{ id: '1', readings: { button: 'press', heartRate: 9_999 } }, ['value-out-of-range readings.heartRate']],
    [{ id: '1', readings: { button: 'press', mood: 'good' } }, ['payload-invalid readings.mood']],
    [{ id: '1', readings: { button: 'press' }, firmware: '1.2' }, ['payload-invalid firmware']],
    [{ id: null, readings: { button: 'press' } }, ['payload-invalid id']],
    [{ id: '1', at: 'yesterday', readings: { button: 'press' } }, ['payload-invalid at']],
    [
      { id: '1', online: 'yes', readings: { button: 'press', occupied: 1 } },
      ['payload-invalid online', 'value-out-of-range readings.occupied'],
    ],
  ])('keeps the call beside a bad field, and refuses the field: %j', (payload, codes) => {
    const decoded = own('event', payload);
    expect(factsOf(decoded)).toEqual([{ button: 'press' }]);
    expect(codesOf(decoded)).toEqual(codes);
  });

  it.each<[string, string, string[]]>([
    ['not JSON', 'press', ['payload-not-json payload']],
    ['empty', '', ['payload-not-json payload']],
    ['a list', '[1]', ['payload-invalid payload']],
    ['null', 'null', ['payload-invalid payload']],
    ['a number', '1', ['payload-invalid payload']],
    ['readings that are a list', '{"readings":[]}', ['payload-invalid readings']],
    ['no readings', '{"id":"1"}', ['payload-invalid readings']],
    ['a number too large for a number', '{"readings":{"heartRate":1e999}}', ['value-out-of-range readings.heartRate']],
    [
      'a prototype',
      '{"__proto__":{"readings":{"button":"press"}},"readings":{"__proto__":{"button":"press"},"constructor":1}}',
      ['payload-invalid __proto__', 'payload-invalid readings.__proto__', 'payload-invalid readings.constructor'],
    ],
  ])('refuses what is %s', (_, payload, codes) => {
    const decoded = say('carebed-button', 'event', payload);
    expect(codesOf(decoded)).toEqual(codes);
    expect(factsOf(decoded)).toEqual([]);
  });

  it('refuses at most a few fields of one message', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`x${n}`, n]));
    const decoded = own('event', { readings: { button: 'press', ...many } });
    expect(decoded.length).toBeLessThan(12);
    expect(factsOf(decoded)).toEqual([{ button: 'press' }]);
  });

  it('speaks for children through a hub, and for registered ones only', () => {
    const press = '{"id":"1","readings":{"button":"press"}}';
    expect(say('carebed-hub', 'child/button/event', press)).toMatchObject([{ message: { device: 'child-button' } }]);
    expect(say('carebed-hub', 'child/the bed/left pad/telemetry', '{"readings":{"occupied":true}}')).toMatchObject([
      { message: { device: 'child-the-bed-left-pad' } },
    ]);
    expect(codesOf(say('carebed-hub', 'child/stranger/event', press))).toEqual(['device-unknown child/stranger/event']);
    expect(codesOf(say('carebed-button', 'child/button/event', press))).toEqual(['topic-unknown child/button/event']);
    expect(codesOf(say('carebed-hub', 'child//event', press))).toEqual(['topic-unknown child//event']);
    expect(codesOf(say('carebed-button', 'events', press))).toEqual(['topic-unknown events']);
    expect(codesOf(say('carebed-button', 'carebed/v1/x/event', press, { refused: true }))).toEqual(['topic-not-yours carebed/v1/x/event']);
  });

  it('agrees with the schema it is documented by', () => {
    const value = fc.oneof(
      fc.boolean(),
      fc.integer({ min: -300, max: 30_000 }),
      fc.double(),
      fc.constantFrom('press', 'cancel', 'suspected', 'cleared', '', null),
    );
    const readings = fc.dictionary(fc.oneof(fc.constantFrom(...readingKinds), fc.constant('other')), value, { maxKeys: 6 });
    const body = fc.record(
      {
        id: fc.oneof(fc.string({ maxLength: 140 }), fc.integer(), fc.boolean()),
        at: fc.oneof(fc.integer(), fc.constantFrom('2026-01-01T00:00:00Z', '2026', null)),
        readings,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, (message) => {
        const text = JSON.stringify(message);
        const decoded = say('carebed-bed-pad', 'telemetry', text);
        const parsed = carebedMessageSchema.safeParse(JSON.parse(text));
        expect(decoded.some((d) => d.type === 'rejection')).toBe(!parsed.success);
        if (parsed.success) expect(factsOf(decoded)).toEqual(Object.keys(parsed.data.readings).length > 0 ? [parsed.data.readings] : []);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('bytes from anywhere', () => {
  const hostile: [string, Uint8Array][] = [
    ['200,000 brackets', Buffer.from('['.repeat(200_000))],
    ['an object nested 30,000 deep', Buffer.from(`${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`)],
    ['NUL bytes', Buffer.alloc(64)],
    ['bytes that are not UTF-8', Buffer.of(0xff, 0xfe, 0x80, 0xc0)],
    ['nothing', Buffer.of()],
  ];
  for (const [name, payload] of hostile) {
    it(`such as ${name} are refused or ignored by every model`, () => {
      for (const model of models.keys()) {
        for (const topic of ['event', 'bridge/state', 'bridge/event', 'sos', 'sos/availability', 'child/button/event', '\0', '/', '']) {
          const decoded = say(model, topic, payload);
          expect(decoded.length, `${model} ${topic}`).toBeGreaterThan(0);
          expect(decoded.some((d) => d.type === 'message' && isCall(d.message.facts) && topic !== 'sos/action')).toBe(false);
        }
      }
    });
  }

  it('never break the decoder, and never give a fact that the vocabulary does not allow', () => {
    const topics = fc.oneof(
      fc.constantFrom(
        'event',
        'status',
        'bridge/state',
        'bridge/event',
        'sos',
        'radar',
        'sos/action',
        'pad',
        'door/availability',
        'child/button/event',
      ),
      fc.string(),
    );
    const payloads = fc.oneof(fc.json(), fc.string(), fc.uint8Array());
    fc.assert(
      fc.property(fc.constantFrom(...models.keys()), topics, payloads, fc.boolean(), (model, topic, payload, retain) => {
        const decoded = say(model, topic, payload, { retain });
        expect(decoded.length).toBeGreaterThan(0);
        for (const facts of factsOf(decoded)) expect(factsSchema.safeParse(facts).success).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('beside a call that can be read do not lose it', () => {
    const bytes = Buffer.concat([Buffer.from('{"id":"'), Buffer.of(0xff), Buffer.from('","readings":{"button":"press"}}')]);
    expect(factsOf(say('carebed-button', 'event', bytes))).toEqual([{ button: 'press' }]);
    expect(factsOf(say('carebed-button', 'event', '\uFEFF{"readings":{"button":"press"}}'))).toEqual([{ button: 'press' }]);
    expect(say('carebed-button', 'event', new Uint8Array(Buffer.from('{"readings":{"button":"press"}}')))).toMatchObject([
      { type: 'message' },
    ]);
  });
});

describe('a Zigbee child', () => {
  /** Made from the vocabularies in zigbee-herdsman-converters, where no real message was found. */
  it.each<[string, object, object]>([
    ['sos', { action: 'emergency' }, { button: 'press' }],
    ['sos', { action: 'sos' }, { button: 'press' }],
    ['sos', { action: 'single', battery: 0 }, { button: 'press', battery: 0 }],
    ['sos', { action: 'a word nobody knows' }, { button: 'press' }],
    ['sos', { action: '', battery: 90 }, { battery: 90 }],
    ['sos', { action: null, sos: true }, { button: 'press' }],
    ['sos', { sos: true, battery_low: false }, { button: 'press', batteryLow: false }],
    ['sos', { sos: false, tamper: false }, { tamper: false }],
    ['sos', { battery: 50, voltage: 2_700 }, { battery: 50, batteryVoltage: 2_700, batteryLow: true }],
    ['sos', { voltage: 230, linkquality: 3 }, { linkQuality: 3 }],
    ['radar', { fall_status: 'fall_warning' }, { fall: 'suspected' }],
    ['radar', { fall_status: 'fall_alarm', occupancy: true }, { fall: 'confirmed', presence: true }],
    ['radar', { fall_status: 'unknown', occupancy: false }, { presence: false }],
    ['radar', { fall_down_status: 'none' }, { fall: 'cleared' }],
    ['radar', { fall_down_status: 'maybe_fall' }, { fall: 'suspected' }],
    ['radar', { fall_down_status: 'fall' }, { fall: 'confirmed' }],
    ['radar', { status: 'falling', breathing_rate: 14 }, { fall: 'confirmed', presence: true, breathingRate: 14 }],
    ['radar', { status: 'low_posture' }, { presence: true }],
    ['radar', { status: 'unoccupied' }, { fall: 'cleared', presence: false }],
    ['radar', { fall_status: 'normal', fall_down_status: 'fall' }, { fall: 'confirmed' }],
    ['pad', { occupancy: false, battery: 71 }, { occupied: false, battery: 71 }],
    ['pad', { pressure_state: 'none' }, { occupied: false }],
    ['pad', { pressure_state: 'sedentary', temperature: 24.5 }, { occupied: true, temperature: 24.5 }],
    ['door', { contact: false }, { open: true }],
    ['door', { contact: true }, { open: false }],
    ['pir', { occupancy: true, illuminance: 12 }, { motion: true, illuminance: 12 }],
    ['presence', { presence: false, target_distance: null }, { presence: false }],
  ])('%s saying %j', (child, payload, facts) => {
    const decoded = say('zigbee2mqtt', child, JSON.stringify(payload));
    expect(factsOf(decoded)).toEqual([facts]);
    expect(codesOf(decoded)).toEqual([]);
  });

  it('with a friendly name of spaces and slashes is found', () => {
    expect(say('zigbee2mqtt', 'sos button/bathroom', '{"action":"emergency"}')).toMatchObject([
      { message: { device: 'child-sos-button-bathroom' } },
    ]);
    expect(say('zigbee2mqtt', 'sos button/bathroom/action', 'emergency')).toMatchObject([
      { message: { device: 'child-sos-button-bathroom', facts: { button: 'press' } } },
    ]);
    expect(say('zigbee2mqtt', 'sos button/bathroom/availability', 'offline')).toMatchObject([{ message: { facts: { online: false } } }]);
  });

  it('says its press again in plain text, and an empty action says nothing', () => {
    expect(factsOf(say('zigbee2mqtt', 'sos/action', 'emergency'))).toEqual([{ button: 'press' }]);
    expect(factsOf(say('zigbee2mqtt', 'sos/action', ''))).toEqual([]);
    expect(factsOf(say('zigbee2mqtt', 'door/action', 'emergency'))).toEqual([]);
  });

  it('that sends one press twice with its time is known for one press', () => {
    const press = JSON.stringify({ action: 'emergency', last_seen: '2026-04-17T23:33:22+08:00', linkquality: 1 });
    const ids = [press, press]
      .map((text) => say('zigbee2mqtt', 'sos', text))
      .map(([first]) => (first?.type === 'message' ? first.message.eventId : null));
    expect(ids).toEqual(['2026-04-17T23:33:22+08:00:emergency', '2026-04-17T23:33:22+08:00:emergency']);
  });

  it('with a retained press and no time is refused with the remedy, the rest of the message being kept', () => {
    const decoded = say('zigbee2mqtt', 'sos', '{"action":"emergency","battery":80}', { retain: true });
    expect(factsOf(decoded)).toEqual([{ battery: 80 }]);
    expect(codesOf(decoded)).toEqual(['payload-invalid retain']);
    expect(factsOf(say('zigbee2mqtt', 'sos', '{"action":"emergency","last_seen":1776440002000}', { retain: true }))).toEqual([
      { button: 'press' },
    ]);
    expect(codesOf(say('zigbee2mqtt', 'radar', '{"fall_status":"fall_alarm"}', { retain: true }))).toEqual(['payload-invalid retain']);
  });

  it('with a value that nobody knows is refused there, and read elsewhere', () => {
    const decoded = say('zigbee2mqtt', 'pad', '{"pressure_state":"lying?","battery":101,"linkquality":7,"temperature":"warm"}');
    expect(factsOf(decoded)).toEqual([{ linkQuality: 7 }]);
    expect(codesOf(decoded)).toEqual(['payload-invalid pressure_state', 'value-out-of-range battery', 'payload-invalid temperature']);
  });

  it('that is not registered is refused, and one that joins or leaves is ignored', () => {
    expect(codesOf(say('zigbee2mqtt', 'somebody else', '{"action":"emergency"}'))).toEqual(['device-unknown somebody else']);
    expect(say('zigbee2mqtt', 'bridge/event', '{"type":"device_leave","data":{"friendly_name":"bulb"}}')).toMatchObject([
      { type: 'ignored' },
    ]);
    expect(
      factsOf(say('zigbee2mqtt', 'bridge/event', '{"type":"device_leave","data":{"friendly_name":"renamed","ieee_address":"sos"}}')),
    ).toEqual([{ online: false }]);
  });

  it('has a bridge that speaks old and new', () => {
    for (const payload of ['online', '{"state":"online"}', ' online\n'])
      expect(factsOf(say('zigbee2mqtt', 'bridge/state', payload)), payload).toEqual([{ online: true }]);
    for (const payload of ['offline', '{"state":"offline"}'])
      expect(factsOf(say('zigbee2mqtt', 'bridge/state', payload)), payload).toEqual([{ online: false }]);
    expect(say('zigbee2mqtt', 'bridge/health', '{"response_time":1}')).toMatchObject([{ type: 'ignored' }]);
  });
});

it('checks readings as the vocabulary does', () => {
  const value = fc.oneof(
    fc.anything(),
    fc.double(),
    fc.integer({ min: -300, max: 300_000 }),
    fc.boolean(),
    fc.constantFrom('press', 'cancel', 'suspected', 'confirmed', 'cleared'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...readingKinds), value, (kind, given) => {
      const text = JSON.stringify({ readings: { [kind]: given } });
      const parsed: { readings: { [kind: string]: unknown } } = JSON.parse(text) as never;
      fc.pre(Object.hasOwn(parsed.readings, kind));
      expect(factsOf(say('carebed-bed-pad', 'event', text)).length === 1).toBe(
        readingValueSchemas[kind].safeParse(parsed.readings[kind]).success,
      );
    }),
    { numRuns: 2_000 },
  );
});
