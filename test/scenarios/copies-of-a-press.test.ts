import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hours, minutes, seconds } from '../../domain/instant.ts';
import { createKeeperRig, type KeeperRig, oneHome, row } from '../harness/keeper-rig.ts';
import { type TempDir, tempDir } from '../harness/temp-dir.ts';

/** The rules of docs/devices.md by which a press is told from a copy of it, each on the messages of a maker that needs it. */
let folder: TempDir;
let rig: KeeperRig;
beforeEach(async () => {
  folder = await tempDir('copies');
  rig = createKeeperRig(folder.path);
  const child = (id: string, model: string, hub: string, hubName: string) =>
    row('device', { id, model, home: 'h1', bed: 'b1', hub, hubName });
  rig.records([
    ...oneHome(),
    row('device', { id: 'zigbee', model: 'zigbee2mqtt', home: 'h1' }),
    row('device', { id: 'ble', model: 'openmqttgateway', home: 'h1' }),
    row('device', { id: 'gen1', model: 'shelly-gen1', home: 'h1' }),
    row('device', { id: 'cord', model: 'shelly-gen2-sos-button', home: 'h1', bed: 'b1' }),
    child('panic', 'zigbee2mqtt-sos-button', 'zigbee', 'panic'),
    child('state', 'zigbee2mqtt-sos-state-button', 'zigbee', 'state'),
    child('blu', 'theengs-sos-button', 'ble', 'BC026EAABBCC'),
    child('push', 'shelly-gen1-sos-button', 'gen1', 'shelly1-328900'),
  ]);
});
afterEach(async () => {
  rig.close();
  await folder.remove();
});

/** How many calls the one alarm holds; 0 for none. */
const calls = (): number => {
  expect(rig.alarms().length).toBeLessThanOrEqual(1);
  return rig.alarms()[0]?.calls ?? 0;
};
const blu = (packet: number, button = 1): void =>
  rig.hear('ble', 'BTtoMQTT/BC026EAABBCC', JSON.stringify({ model_id: 'SBBT-002C', packet, batt: 100, button }));
const gen1 = (event: string, event_cnt: number, retain = false): void =>
  rig.hear('gen1', 'shelly1-328900/input_event/0', JSON.stringify({ event, event_cnt }), { retain });

describe('echo: copies without an id within two seconds', () => {
  test('one press that arrives as three messages is one press', () => {
    rig.hear('zigbee', 'panic', '{"action":"emergency","battery":100}');
    rig.hear('zigbee', 'panic', '{"action":"","battery":100}');
    rig.hear('zigbee', 'panic/action', 'emergency');
    expect(calls()).toBe(1);
  });

  test('two presses are two', () => {
    rig.hear('zigbee', 'panic', '{"action":"emergency"}');
    rig.pass(seconds(3));
    rig.hear('zigbee', 'panic', '{"action":"emergency"}');
    expect(calls()).toBe(2);
  });
});

describe('empty-word: an empty action', () => {
  test.each(['{"action":""}', '{"action":null}', '{"action":"release"}', '{"sos":false}', '{"battery":90}'])(
    'such as %s neither calls nor clears',
    (payload) => {
      rig.hear('zigbee', 'panic', payload);
      expect(calls()).toBe(0);
      rig.hear('zigbee', 'panic', '{"action":"emergency"}');
      const before = rig.alarms()[0]?.state;
      rig.pass(seconds(5));
      rig.hear('zigbee', 'panic', payload);
      expect(calls()).toBe(1);
      expect(rig.alarms()[0]?.state).toEqual(before);
    },
  );
});

describe('same-press: a state that the device says again', () => {
  test('is one press when it comes again after five seconds, also after a crash in between', () => {
    rig.hear('zigbee', 'state', '{"sos":true,"battery_low":false}');
    rig.crash(seconds(1));
    rig.pass(seconds(4));
    rig.hear('zigbee', 'state', '{"sos":true,"battery_low":false}');
    rig.hear('zigbee', 'state', '{"sos":false,"battery_low":false}');
    expect(calls()).toBe(1);
  });

  test('does not slide: who keeps pressing calls again after its time', () => {
    for (let press = 0; press < 5; press += 1) {
      rig.hear('zigbee', 'state', '{"sos":true}');
      rig.pass(seconds(4));
    }
    // At 0 s and 12 s; what lies between came within ten seconds of the first.
    expect(calls()).toBe(2);
  });

  test('keeps what else the repeat said', () => {
    rig.hear('zigbee', 'state', '{"sos":true}');
    rig.pass(seconds(5));
    rig.hear('zigbee', 'state', '{"sos":true,"battery":9}');
    const facts = rig.db.prepare("SELECT facts FROM reading WHERE device = 'state' ORDER BY seq DESC LIMIT 1").pluck().get();
    expect(JSON.parse(String(facts))).toEqual({ battery: 9 });
  });

  test('folds the words of one push under packet numbers of their own, and no two pushes', () => {
    blu(10, 11);
    blu(11, 9);
    expect(calls()).toBe(1);
    rig.pass(seconds(4));
    blu(12, 1);
    expect(calls()).toBe(2);
  });
});

describe('same-event: a copy by its id', () => {
  test('with the time of the event is a copy however late', () => {
    const press = '{"action":"emergency","last_seen":"2026-03-02T12:00:00+08:00"}';
    rig.hear('zigbee', 'panic', press);
    rig.crash(hours(3));
    rig.hear('zigbee', 'panic', press);
    expect(calls()).toBe(1);
  });

  test('that is only a counter is a copy within minutes, and a press of its own when the counter has begun again', () => {
    blu(29);
    rig.pass(minutes(1), minutes(1));
    blu(29);
    expect(calls()).toBe(1);
    rig.pass(minutes(10), minutes(1));
    blu(29);
    expect(calls()).toBe(2);
  });

  test('of a Shelly Gen2 push is known by component and time', () => {
    const event = (ts: number) =>
      rig.hear(
        'cord',
        'events/rpc',
        JSON.stringify({ method: 'NotifyEvent', params: { ts, events: [{ component: 'input:0', event: 'single_push', ts }] } }),
      );
    event(1_772_424_000.5);
    event(1_772_424_000.5);
    expect(calls()).toBe(1);
    rig.pass(seconds(1));
    event(1_772_424_001.5);
    expect(calls()).toBe(2);
  });
});

describe('any-order: a lower counter after a higher one', () => {
  test('is another press, and neither is lost', () => {
    gen1('S', 12);
    gen1('L', 11);
    gen1('S', 12);
    expect(calls()).toBe(2);
  });
});

describe('retained-call: what a bridge sends again when it reconnects', () => {
  test('is refused with the remedy when it has no time, and its counter is no time', () => {
    gen1('S', 12, true);
    rig.hear('zigbee', 'panic', '{"action":"emergency","battery":80}', { retain: true });
    expect(calls()).toBe(0);
    const refused = rig.db.prepare('SELECT where_, detail FROM rejection').all() as { where_: string; detail: string }[];
    expect(refused.map(({ where_ }) => where_)).toEqual(['retain', 'retain']);
    expect(refused[0]?.detail).toContain('switch the retain flag off');
  });

  test('with a time calls once, however often it comes', () => {
    const press = '{"action":"emergency","last_seen":"2026-03-02T12:00:00+08:00"}';
    for (let connect = 0; connect < 3; connect += 1) {
      rig.hear('zigbee', 'panic', press, { retain: true });
      rig.pass(hours(1), minutes(1));
    }
    expect(calls()).toBe(1);
  });
});

describe('in-doubt-it-calls: an old press sent again under a new packet number', () => {
  test('cannot be told from a press, so it calls: into the open alarm, or anew', () => {
    blu(30);
    rig.pass(hours(5), minutes(1));
    blu(31);
    expect(calls()).toBe(2);
  });
});

describe('own-clock: a device whose clock is wrong by years', () => {
  test.each([0.5, 4_102_444_800])('is heard when it presses, at our time: %d', (ts) => {
    rig.hear(
      'cord',
      'events/rpc',
      JSON.stringify({ method: 'NotifyEvent', params: { ts, events: [{ component: 'input:0', event: 'single_push', ts }] } }),
    );
    expect(calls()).toBe(1);
    expect(rig.alarms()[0]?.raisedAt).toBe(rig.clock.now());
    rig.pass(seconds(61));
    expect(rig.told()).toContain('operator-2 raised');
  });
});
