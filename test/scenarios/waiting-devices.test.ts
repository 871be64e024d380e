import { afterEach, beforeEach, expect, test } from 'vitest';
import { minutes, seconds } from '../../domain/instant.ts';
import { waitingPerHub } from '../../gateway/keeper/waiting-devices.ts';
import { createKeeperRig, type KeeperRig, oneHome, row } from '../harness/keeper-rig.ts';
import { type TempDir, tempDir } from '../harness/temp-dir.ts';

let folder: TempDir;
let rig: KeeperRig;
beforeEach(async () => {
  folder = await tempDir('waiting');
  rig = createKeeperRig(folder.path);
  rig.records([
    ...oneHome(),
    row('device', { id: 'zigbee', model: 'zigbee2mqtt', home: 'h1' }),
    row('device', { id: 'hub', model: 'carebed-hub', home: 'h1' }),
    row('device', { id: 'ble', model: 'openmqttgateway', home: 'h1' }),
    row('device', { id: 'lora', model: 'chirpstack', home: 'h1' }),
  ]);
});
afterEach(async () => {
  rig.close();
  await folder.remove();
});

interface Row {
  readonly name: string;
  readonly says: string | null;
  readonly model: string | null;
  readonly heard: string;
  readonly called_at: number | null;
}
const waiting = (): Row[] => rig.db.prepare<[], Row>('SELECT name, says, model, heard, called_at FROM waiting_device ORDER BY name').all();
const listed = (...devices: object[]): void => rig.hear('zigbee', 'bridge/devices', JSON.stringify(devices));
const button = {
  friendly_name: '0x01',
  ieee_address: '0x01',
  type: 'EndDevice',
  definition: { vendor: 'Tuya', model: 'TS0601_sos', description: 'SOS panic button' },
};
const refusals = (): string[] => rig.db.prepare('SELECT code FROM rejection').pluck().all() as string[];

test('what a Zigbee bridge lists waits with what it says it is and the model that reads it, apart from the bridge itself', () => {
  listed(button, { friendly_name: 'Coordinator', ieee_address: '0x00', type: 'Coordinator', definition: null });
  expect(waiting()).toEqual([
    { name: '0x01', says: 'Tuya TS0601_sos SOS panic button', model: 'zigbee2mqtt-sos-button', heard: 'announcement', called_at: null },
  ]);
  expect(refusals()).toEqual([]);
});

test('a LoRaWAN device that joins waits under its DevEUI', () => {
  const deviceInfo = { deviceProfileName: 'WS101', deviceName: 'bathroom', devEui: '24e124535b316056' };
  rig.hear('lora', 'application/a/device/24e124535b316056/event/join', JSON.stringify({ deviceInfo }));
  expect(waiting()).toMatchObject([{ name: '24e124535b316056', says: 'WS101 bathroom', model: 'milesight-ws101' }]);
});

test('once placed it waits no longer, and what it says is read', () => {
  listed(button);
  rig.records([row('device', { id: 'panic', model: 'zigbee2mqtt-sos-button', home: 'h1', bed: 'b1', hub: 'zigbee', hubName: '0x01' })]);
  expect(waiting()).toEqual([]);
  listed(button);
  rig.hear('zigbee', '0x01', '{"action":"emergency"}');
  expect(waiting()).toEqual([]);
  expect(rig.alarms()).toMatchObject([{ device: 'panic', bed: 'b1' }]);
});

test.each([
  ['zigbee', '0x01', '{"action":"emergency"}'],
  ['zigbee', '0x01/action', 'sos'],
  ['zigbee', '0x01', '{"sos":true}'],
  ['hub', 'child/new-button/event', '{"id":"1","readings":{"button":"press"}}'],
  ['lora', 'application/a/device/24e1/event/up', '{"deduplicationId":"1","object":{"button_event":{"status":"long press"}}}'],
])(
  'stranger-calls: a call from a child of %s that nobody has placed (%s %s) calls for the home, is refused, and is remembered',
  (hub, topic, payload) => {
    rig.hear(hub, topic, payload);
    expect(rig.alarms()).toMatchObject([{ rule: 'button', priority: 'high', home: 'h1', bed: null, device: hub }]);
    expect(rig.told()).toEqual(['operator-1 raised']);
    expect(refusals()).toEqual(['device-unknown']);
    expect(waiting()[0]?.called_at).toBe(rig.clock.now());
  },
);

test('two unplaced children that call are two calls, and a fall is one too', () => {
  rig.hear('hub', 'child/a/event', '{"id":"1","readings":{"button":"press"}}');
  rig.hear('hub', 'child/b/event', '{"id":"1","readings":{"button":"press"}}');
  expect(rig.alarms()[0]?.calls).toBe(2);
  rig.hear('zigbee', 'radar', '{"fall_status":"fall_alarm"}');
  expect(rig.alarms().map(({ rule }) => rule)).toEqual(['button', 'fall']);
});

test('a light switch that nobody has placed calls nobody', () => {
  rig.hear('zigbee', 'switch', '{"action":"single","battery":80}');
  expect(rig.alarms()).toEqual([]);
  expect(waiting()).toMatchObject([{ name: 'switch', called_at: null }]);
});

test("a neighbour's Bluetooth button calls nobody, but is refused and listed as one that called", () => {
  rig.hear('ble', 'BTtoMQTT/AABBCCDDEEFF', '{"brand":"Shelly","model":"ShellyBLU Button1","model_id":"SBBT-002C","packet":1,"button":1}');
  expect(rig.alarms()).toEqual([]);
  expect(refusals()).toEqual(['device-unknown']);
  expect(waiting()).toMatchObject([{ name: 'AABBCCDDEEFF', model: 'theengs-sos-button', says: 'Shelly ShellyBLU Button1 SBBT-002C' }]);
  expect(waiting()[0]?.called_at).not.toBeNull();
  // A phone that passes by says nothing that anybody could place.
  rig.hear('ble', 'BTtoMQTT/112233445566', '{"id":"11:22:33:44:55:66","rssi":-80}');
  expect(waiting()).toHaveLength(1);
});

test('the list is bounded: who was silent longest goes first, who has called goes last', () => {
  rig.hear('hub', 'child/caller/event', '{"id":"1","readings":{"button":"press"}}');
  for (let n = 0; n < waitingPerHub + 20; n += 1) {
    rig.pass(seconds(1));
    rig.hear('hub', `child/new-${n}/telemetry`, '{"readings":{"battery":50}}');
  }
  const names = waiting().map(({ name }) => name);
  expect(names).toHaveLength(waitingPerHub);
  expect(names).toContain('caller');
  expect(names).toContain(`new-${waitingPerHub + 19}`);
  expect(names).not.toContain('new-0');
});

test('it is kept over a crash, and seen again it keeps when it was first seen', () => {
  listed(button);
  const first = rig.clock.now();
  rig.crash(minutes(1));
  rig.pass(minutes(6), minutes(1));
  rig.hear('zigbee', '0x01', '{"battery":80}');
  expect(rig.db.prepare('SELECT first_seen, last_seen, says FROM waiting_device').all()).toEqual([
    { first_seen: first, last_seen: rig.clock.now(), says: 'Tuya TS0601_sos SOS panic button' },
  ]);
});
