import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../broker/decode.ts';
import { loadModels } from '../../broker/model-store.ts';
import { deviceModelIdSchema } from '../../domain/ids.ts';
import { instant } from '../../domain/instant.ts';
import type { Saying } from '../../simulators/emission.ts';
import { type Dialect, dialects, type SimDevice, type SimHome, signsIn } from '../../simulators/home.ts';
import { carebedJson, carebedWill } from '../../simulators/protocol/carebed-json.ts';
import type { Publication } from '../../simulators/protocol/publication.ts';
import { zigbee2mqtt, zigbee2mqttWill } from '../../simulators/protocol/zigbee2mqtt.ts';
import { scenarios } from '../../simulators/scenarios/catalogue.ts';
import { stageHome } from '../../simulators/stage-home.ts';
import { planStreet } from '../../simulators/street-plan.ts';

const from = instant(Date.UTC(2026, 10, 23, 14, 30));
const pace = { telemetrySeconds: 30, heartbeatSeconds: 60, batterySeconds: 1_800, settleSeconds: 1 };
const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/protocol/carebed-message.schema.json'), 'utf8')) as {
  $defs: Record<string, object>;
};
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validOn = { status: ajv.compile(schema.$defs['status'] ?? false), message: ajv.compile(schema.$defs['message'] ?? false) };
const models = loadModels();

/** An hour, at most, of everything that such a home says in each scenario. */
const sayings = (home: SimHome): Saying[] =>
  scenarios.flatMap((scenario) => {
    const said: Saying[] = [];
    for (const emission of stageHome(home, 2, { scenario, seed: 7, from, speed: 1, pace, run: 'r' }).emissions) {
      if (emission.at > from + Math.min(3_600, scenario.durationSeconds) * 1_000) break;
      if (emission.type === 'say') said.push(emission);
    }
    return said;
  });

const homeOf = (dialect: Dialect): SimHome => {
  const [home] = planStreet({ homes: 1, dialectOf: () => dialect });
  if (home === undefined) throw new Error('the street is empty');
  return home;
};

const deviceIn = (home: SimHome, id: string): SimDevice => {
  const device = home.devices.find((d) => d.id === id);
  if (device === undefined) throw new Error(`${id} is not in this home`);
  return device;
};

/** What the gateway makes of a publication from this home. */
const decodedIn = (home: SimHome) => {
  const decode = createDecoder({
    models,
    findChild: (hub, name) => home.devices.find((d) => d.hub === hub && (d.hubName ?? d.id) === name)?.id ?? null,
    modelOf: (id) => deviceModelIdSchema.parse(deviceIn(home, id).model),
  });
  return (publication: Publication) =>
    decode({
      type: 'publish',
      sender: publication.sender,
      model: deviceModelIdSchema.parse(deviceIn(home, publication.sender).model),
      topic: publication.topic.slice(`carebed/v1/${publication.sender}/`.length),
      payload: Buffer.from(publication.payload),
      retain: publication.retain,
      duplicate: false,
      receivedAt: from,
      refused: false,
    });
};

describe.each(['hub', 'direct'] as const)('a home of the kind "%s"', (dialect) => {
  const home = homeOf(dialect);

  it('says nothing that the published JSON Schema does not allow on that topic', () => {
    const publications = [...sayings(home).flatMap((saying) => carebedJson(saying, saying.at)), ...signsIn(home).map(carebedWill)];
    const wrong = publications.filter(({ topic, payload }) => {
      const valid = topic.endsWith('/status') ? validOn.status : validOn.message;
      return !valid(JSON.parse(payload));
    });
    expect(publications.length).toBeGreaterThan(500);
    expect(wrong).toEqual([]);
  });

  it('is understood by the gateway word for word', () => {
    const decode = decodedIn(home);
    for (const saying of sayings(home)) {
      const decoded = carebedJson(saying, saying.at).flatMap(decode);
      expect(decoded).toEqual([{ type: 'message', message: expect.objectContaining({ device: saying.device.id, facts: saying.facts }) }]);
    }
    expect(sayings(home).length).toBeGreaterThan(500);
  });
});

describe('a home with a Zigbee2MQTT bridge', () => {
  const home = homeOf('zigbee2mqtt');
  const decode = decodedIn(home);

  it('is refused nothing', () => {
    const publications = [...sayings(home).flatMap((saying) => zigbee2mqtt(saying, saying.at)), ...signsIn(home).map(zigbee2mqttWill)];
    expect(publications.length).toBeGreaterThan(500);
    expect(publications.flatMap(decode).filter((decoded) => decoded.type === 'rejection')).toEqual([]);
  });

  it.each(['press', 'suspected', 'confirmed', 'cleared'] as const)('makes itself understood about "%s"', (word) => {
    const about = sayings(home).filter((saying) => saying.facts.button === word || saying.facts.fall === word);
    const [first] = about.length > 0 ? about : sayings(home).filter((saying) => saying.device.role === 'fall');
    if (first === undefined) throw new Error('no such saying');
    const saying = about.length > 0 ? first : { ...first, facts: { fall: word } as Saying['facts'] };
    const [understood] = zigbee2mqtt(saying, saying.at).flatMap(decode);
    expect(understood).toMatchObject({ type: 'message', message: { device: saying.device.id, facts: saying.facts } });
  });

  it('tells that it is lost by its will', () => {
    const decoded = signsIn(home).map(zigbee2mqttWill).flatMap(decode);
    expect(decoded).toMatchObject([{ type: 'message', message: { facts: { online: false } } }]);
  });
});

it('every dialect has its models among those the gateway ships', () => {
  const missing = dialects.flatMap((dialect) =>
    homeOf(dialect).devices.filter(({ model }) => !models.has(deviceModelIdSchema.parse(model))),
  );
  expect(missing).toEqual([]);
});
