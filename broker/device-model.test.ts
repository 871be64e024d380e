import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CarebedFailure } from '../domain/failure.ts';
import { deviceIdSchema, deviceModelIdSchema } from '../domain/ids.ts';
import { instant } from '../domain/instant.ts';
import { createDecoder } from './decode.ts';
import { parseDeviceModel } from './device-model.ts';
import { createModelLoader, loadModels } from './model-store.ts';

const id = (text: string) => deviceModelIdSchema.parse(text);

const failureOf = (run: () => unknown): CarebedFailure => {
  try {
    run();
  } catch (error) {
    if (error instanceof CarebedFailure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};
const head = 'id: x\nname: { zh-CN: 甲, en: A }\n';
const faultOf = (text: string): string => failureOf(() => parseDeviceModel(text, 'x.yaml')).message;

describe('a device model file', () => {
  it.each([
    ['a misspelt key', `${head}heartbeatSecond: 60\n`, /^x\.yaml:1: the file .*heartbeatSecond/],
    ['a heartbeat out of range', `${head}heartbeatSeconds: 1\n`, /^x\.yaml:3: heartbeatSeconds .*5/],
    [
      'an unknown fact',
      `${head}messages:\n  state:\n    read:\n      - { field: a, fact: pulse }\n`,
      /^x\.yaml:6: messages\.state\.read\.0\.fact .*heartRate/,
    ],
    [
      'a topic that reads and ignores',
      `${head}topics:\n  - { topic: a, message: m, ignore: why }\n`,
      /^x\.yaml:4: topics\.0 needs either message or ignore/,
    ],
    [
      'a topic with two children',
      `${head}topics:\n  - topic: '{child}/{child}'\n    message: m\n`,
      /^x\.yaml:4: topics\.0\.topic is not a topic pattern/,
    ],
    ['a name in one language', `id: x\nname:\n  en: A\n`, /^x\.yaml:3: name\.zh-CN/],
    ['an id that cannot be one', `id: a/b\nname: { zh-CN: 甲, en: A }\n`, /^x\.yaml:1: id is not an id/],
    ['YAML that is none', `id: [x\nname: y\n`, /^x\.yaml:\d+: /],
    ['a key twice', `id: x\nid: y\n`, /^x\.yaml:2: /],
    [
      'a part that is no expression with one group',
      `${head}messages:\n  m:\n    read:\n      - { field: a, fact: open, part: 'x' }\n`,
      /^x\.yaml:6: messages\.m\.read\.0\.part is not a regular expression with exactly one group/,
    ],
    [
      'a list of children without a name for them',
      `${head}topics:\n  - { topic: a, message: m, each: . }\n`,
      /^x\.yaml:4: topics\.0\.each needs childField/,
    ],
    ['a repeat that lasts too long', `${head}repeatsWithinSeconds: 600\n`, /^x\.yaml:3: repeatsWithinSeconds .*30/],
    ['a battery limit that is none', `${head}battery: { lowBelowPercent: 0 }\n`, /^x\.yaml:3: battery\.lowBelowPercent .*1/],
    [
      'values to invert',
      `${head}messages:\n  m:\n    read:\n      - { field: a, fact: open, invert: true, values: { 'on': true } }\n`,
      /^x\.yaml:6: .*goes without values/,
    ],
  ])('with %s is refused by file, line, and what would be right', (_, text, fault) => {
    expect(faultOf(text)).toMatch(fault);
    expect(failureOf(() => parseDeviceModel(text, 'x.yaml')).code).toBe('device-model-invalid');
  });

  it('with several faults names them all', () => {
    expect(faultOf(`${head}heartbeatSeconds: 1\nhub: maybe\n`).split('\n').length).toBe(2);
  });

  it('may hold keys with dots and paths into lists', () => {
    const model = parseDeviceModel(
      `${head}messages:\n  m:\n    read:\n      - { field: ['input:0', state.x], fact: open }\n      - { field: a.0.b, fact: motion }\n`,
      'x.yaml',
    );
    expect(model.messages['m']?.read.map((read) => read.field)).toEqual([
      ['input:0', 'state.x'],
      ['a', '0', 'b'],
    ]);
  });
});

describe('the models', () => {
  const folders: string[] = [];
  const folder = (files: { [name: string]: string }): string => {
    const path = mkdtempSync(join(tmpdir(), 'carebed-models-'));
    folders.push(path);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
    return path;
  };
  afterEach(() => {
    for (const path of folders.splice(0)) rmSync(path, { recursive: true });
  });

  it('that come with Carebed load, each promising how often it is heard', () => {
    const models = loadModels();
    expect([...models.keys()].filter((name) => name.startsWith('carebed')).length).toBeGreaterThanOrEqual(6);
    expect([...models.keys()].filter((name) => name.startsWith('zigbee2mqtt')).length).toBeGreaterThanOrEqual(7);
    for (const model of models.values()) expect(model.heartbeatSeconds).toBeGreaterThan(0);
    expect(models.get(id('carebed-hub'))).toMatchObject({ hub: true, protocol: 'carebed', commands: ['command/#'], retainedCalls: 'take' });
    expect(models.get(id('zigbee2mqtt-fall-radar'))).toMatchObject({ hub: false, heartbeatSeconds: 600, retainedCalls: 'refuse' });
    expect(models.has(id('zigbee2mqtt-device'))).toBe(false);
  });

  it('of a house stand beside the shipped ones, replace them, and extend them', () => {
    const models = loadModels(
      folder({
        'my-button.yaml': 'id: my-button\nname: { zh-CN: 甲, en: Mine }\nextends: zigbee2mqtt-sos-button\nheartbeatSeconds: 60\n',
        'carebed-button.yaml': 'id: carebed-button\nname: { zh-CN: 甲, en: Other }\nprotocol: carebed\nheartbeatSeconds: 77\n',
        'README.md': 'not a model',
      }),
    );
    expect(models.get(id('my-button'))?.messages['state']?.read.length).toBe(
      models.get(id('zigbee2mqtt-sos-button'))?.messages['state']?.read.length,
    );
    expect(models.get(id('my-button'))?.heartbeatSeconds).toBe(60);
    expect(models.get(id('carebed-button'))?.heartbeatSeconds).toBe(77);
  });

  it.each([
    ['named otherwise than its file', { 'a.yaml': 'id: b\nname: { zh-CN: 甲, en: A }\nheartbeatSeconds: 60\n' }, 'it must be a'],
    ['without a heartbeat', { 'a.yaml': 'id: a\nname: { zh-CN: 甲, en: A }\n' }, 'heartbeatSeconds is missing'],
    ['extending what is not there', { 'a.yaml': 'id: a\nname: { zh-CN: 甲, en: A }\nextends: b\n' }, 'extends b, which does not exist'],
    ['extending itself', { 'a.yaml': 'id: a\nname: { zh-CN: 甲, en: A }\nextends: a\n' }, 'extends itself: a → a'],
    [
      'naming a message that is not there',
      { 'a.yaml': 'id: a\nname: { zh-CN: 甲, en: A }\nheartbeatSeconds: 60\ntopics: [{ topic: t, message: m }]\n' },
      'names the message m, which does not exist',
    ],
  ])('do not load with one %s', (_, files, fault) => {
    expect(failureOf(() => loadModels(folder(files))).message).toContain(fault);
  });

  it('are read anew and never get worse: a bad file and a lost one keep what they had, and both are named', () => {
    const good = (heartbeat: number) => `id: mine\nname: { zh-CN: 甲, en: Mine }\nheartbeatSeconds: ${heartbeat}\n`;
    const path = folder({ 'mine.yaml': good(60), 'child.yaml': 'id: child\nname: { zh-CN: 乙, en: B }\nextends: mine\n' });
    const loader = createModelLoader(path);
    const heartbeatOf = (name: string) => loader.models().get(id(name))?.heartbeatSeconds;
    writeFileSync(join(path, 'mine.yaml'), good(120));
    expect(loader.reload()).toEqual([]);
    expect([heartbeatOf('mine'), heartbeatOf('child')]).toEqual([120, 120]);

    writeFileSync(join(path, 'mine.yaml'), 'id: mine\nheartbeat: 1\n');
    writeFileSync(join(path, 'child.yaml'), 'id: child\nname: { zh-CN: 乙, en: B }\nextends: mine\nheartbeatSeconds: 30\n');
    expect(loader.reload().join()).toContain('mine.yaml:1');
    expect([heartbeatOf('mine'), heartbeatOf('child')]).toEqual([120, 30]);

    rmSync(join(path, 'mine.yaml'));
    expect(loader.reload().join()).toContain('mine.yaml is gone');
    expect(heartbeatOf('mine')).toBe(120);

    writeFileSync(join(path, 'child.yaml'), 'id: child\nname: { zh-CN: 乙, en: B }\nextends: nobody\n');
    expect(loader.reload().join()).toContain('extends nobody');
    expect(heartbeatOf('child')).toBe(30);
    rmSync(path, { recursive: true });
    folders.splice(folders.indexOf(path), 1);
    expect(loader.reload().join()).toContain('cannot read the folder');
    expect(heartbeatOf('child')).toBe(30);
  });

  it('do not load from a folder that is not there', () => {
    expect(failureOf(() => loadModels('/nowhere')).code).toBe('device-model-folder');
  });
});

describe('the vocabulary of models', () => {
  it('reads makers that are not shipped yet with YAML alone', () => {
    const path = mkdtempSync(join(tmpdir(), 'carebed-models-'));
    try {
      const name = 'name: { zh-CN: 甲, en: A }\nheartbeatSeconds: 60\n';
      writeFileSync(
        join(path, 'shelly2.yaml'),
        `id: shelly2\n${name}topics: [{ topic: events/rpc, message: rpc }]\nmessages:\n  rpc:\n    each: params.events\n    eventId: [ts]\n    time: { field: ts, unit: seconds }\n    read:\n      - { field: event, fact: button, values: { single_push: press, long_push: press }, otherwise: ignore, when: { field: component, is: ['input:0'] } }\n`,
      );
      writeFileSync(
        join(path, 'tasmota.yaml'),
        `id: tasmota\n${name}topics: [{ topic: tele/LWT, message: lwt }, { topic: tele/SENSOR, message: sensor }]\nmessages:\n  lwt:\n    textField: lwt\n    read: [{ field: lwt, fact: online, values: { Online: true, Offline: false } }]\n  sensor:\n    time: { field: Time }\n    read: [{ field: Switch1, fact: occupied, values: { 'ON': true, 'OFF': false } }]\n`,
      );
      writeFileSync(
        join(path, 'chirpstack.yaml'),
        `id: chirpstack\nhub: true\n${name}topics: [{ topic: application/+/device/+/event/up, message: up, childField: [deviceInfo.devEui] }]\n`,
      );
      writeFileSync(
        join(path, 'ws101.yaml'),
        `id: ws101\n${name}messages:\n  up:\n    eventId: [deduplicationId]\n    read: [{ field: object.button_event.status, fact: button, values: { short press: press } }, { field: object.battery, fact: battery }]\n`,
      );
      const decode = createDecoder({
        models: loadModels(path),
        findChild: (_, eui) => deviceIdSchema.parse(eui),
        modelOf: () => id('ws101'),
      });
      const say = (model: string, topic: string, payload: string) =>
        decode({
          type: 'publish',
          sender: deviceIdSchema.parse('d'),
          model: id(model),
          topic,
          payload: Buffer.from(payload),
          retain: false,
          duplicate: false,
          receivedAt: instant(0),
          refused: false,
        });
      expect(
        say(
          'shelly2',
          'events/rpc',
          '{"params":{"ts":1,"events":[{"component":"input:0","event":"single_push","ts":1643540082.66},{"component":"input:1","event":"single_push","ts":2}]}}',
        ),
      ).toMatchObject([{ message: { facts: { button: 'press' }, deviceAt: 1_643_540_082_660, eventId: '1643540082.66' } }]);
      expect(say('tasmota', 'tele/LWT', 'Online')).toMatchObject([{ message: { facts: { online: true } } }]);
      // A time without a zone says nothing sure.
      expect(say('tasmota', 'tele/SENSOR', '{"Time":"2021-01-01T00:00:01","Switch1":"ON"}')).toMatchObject([
        { message: { facts: { occupied: true }, deviceAt: null } },
      ]);
      expect(
        say(
          'chirpstack',
          'application/a/device/b/event/up',
          '{"deduplicationId":"u-1","deviceInfo":{"devEui":"0101"},"object":{"battery":16,"button_event":{"status":"short press"}}}',
        ),
      ).toMatchObject([{ message: { device: '0101', facts: { button: 'press', battery: 16 }, eventId: 'u-1' } }]);
    } finally {
      rmSync(path, { recursive: true });
    }
  });
});
