import { describe, expect, it } from 'vitest';
import { deviceIdSchema, deviceModelIdSchema } from '../domain/ids.ts';
import { instant } from '../domain/instant.ts';
import { createDecoder, type Decoded } from './decode.ts';
import { loadModels } from './model-store.ts';

const models = loadModels();
const sender = deviceIdSchema.parse('sender');

/** A message of `by`; when it is about a child, whoever is named is one of the model `child`. */
const say = (by: string, topic: string, payload: unknown, child?: string): Decoded[] =>
  createDecoder({
    models,
    findChild: () => (child === undefined ? null : deviceIdSchema.parse('child')),
    modelOf: () => deviceModelIdSchema.parse(child ?? by),
  })({
    type: 'publish',
    sender,
    model: deviceModelIdSchema.parse(by),
    topic,
    payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
    retain: false,
    duplicate: false,
    receivedAt: instant(0),
    refused: false,
  });
const rpc = (event: object) => ({ src: 'x', method: 'NotifyEvent', params: { ts: 5, events: [{ ts: 5.5, ...event }] } });
const changed = (status: object) => ({ src: 'x', method: 'NotifyStatus', params: { ts: 5, ...status } });
const uplink = (object: object) => ({ deduplicationId: 'u', time: '2026-01-01T00:00:00Z', data: 'AA==', object });
const tts = (decoded_payload: object) => ({
  received_at: '2026-01-01T00:00:00Z',
  uplink_message: { frm_payload: 'AA==', decoded_payload },
});
const up = 'application/a/device/24e1/event/up';

/** Made from the makers' vocabularies, beside the real messages in test/broker/real-messages.test.ts. */
describe('what the makers say', () => {
  it.each<[by: string, topic: string, payload: unknown, child: string | undefined, facts: object]>([
    ['tasmota-sos-button', 'stat/RESULT', { Button1: { Action: 'SINGLE' } }, undefined, { button: 'press', online: true }],
    ['tasmota-sos-button', 'stat/hall/RESULT', { Switch1: { Action: 'ON' } }, undefined, { button: 'press', online: true }],
    ['tasmota-sos-button', 'stat/RESULT', { Switch1: { Action: 'OFF' } }, undefined, { online: true }],
    ['tasmota-bed-pad', 'tele/LWT', 'Offline', undefined, { online: false }],
    ['tasmota-bed-pad', 'tele/STATE', { Wifi: { RSSI: 70, Signal: -65 } }, undefined, { signal: -65, online: true }],
    ['tasmota-rf-bridge', 'tele/RESULT', { RfReceived: { Data: 'ABCDE1' } }, 'tasmota-rf-button', { button: 'press' }],
    ['shelly-gen2-sos-button', 'online', 'false', undefined, { online: false }],
    [
      'shelly-gen2-sos-button',
      'events/rpc',
      rpc({ component: 'input:3', event: 'long_push' }),
      undefined,
      { button: 'press', online: true },
    ],
    ['shelly-gen2-sos-button', 'events/rpc', rpc({ component: 'input:0', event: 'btn_down' }), undefined, { online: true }],
    ['shelly-gen2-sos-button', 'events/rpc', rpc({ component: 'switch:0', event: 'single_push' }), undefined, { online: true }],
    ['shelly-gen2-sos-button', 'events/rpc', changed({ 'input:0': { id: 0, state: true } }), undefined, { button: 'press', online: true }],
    ['shelly-gen2-sos-button', 'events/rpc', changed({ 'input:0': { id: 0, state: null } }), undefined, { online: true }],
    ['shelly-gen2-contact', 'events/rpc', changed({ 'input:0': { id: 0, state: true } }), undefined, { open: true, online: true }],
    ['shelly-gen2-smoke', 'status/smoke:0', { id: 0, alarm: true, mute: false }, undefined, { smoke: true, online: true }],
    ['shelly-gen2-leak', 'events/rpc', changed({ 'flood:0': { alarm: true } }), undefined, { leak: true, online: true }],
    [
      'shelly-blu-gateway',
      'events/rpc',
      rpc({ component: 'script:1', event: 'shelly-blu', data: { pid: 3, battery: 9, button: 1, rssi: -70, address: 'aa:bb' } }),
      'shelly-blu-sos-button',
      { button: 'press', battery: 9, batteryLow: true, signal: -70, online: true },
    ],
    [
      'shelly-blu-gateway',
      'events/rpc',
      rpc({ component: 'bthomedevice:200', event: 'single_push' }),
      'shelly-blu-sos-button',
      { button: 'press', online: true },
    ],
    [
      'shelly-blu-gateway',
      'events/rpc',
      rpc({ component: 'script:1', data: { pid: 3, button: 0, address: 'a' } }),
      'shelly-blu-sos-button',
      { online: true },
    ],
    ['shelly-blu-gateway', 'events/rpc', changed({ sys: { uptime: 5 } }), undefined, { online: true }],
    ['shelly-gen1', 'shellyflood-1/sensor/flood', 'true', 'shelly-gen1-leak', { leak: true, online: true }],
    ['shelly-gen1', 'shellydw2-1/sensor/state', 'close', 'shelly-gen1-contact', { open: false, online: true }],
    ['shelly-gen1', 'shellydw2-1/online', 'false', 'shelly-gen1-contact', { online: false }],
    [
      'shelly-gen1',
      'shellymotion-1/status',
      { motion: true, bat: 70, timestamp: 5 },
      'shelly-gen1-motion',
      { motion: true, battery: 70, online: true },
    ],
    ['esphome-device', 'binary_sensor/sos/state', 'ON', undefined, { button: 'press', online: true }],
    ['esphome-device', 'binary_sensor/sos/state', 'OFF', undefined, { online: true }],
    ['esphome-device', 'binary_sensor/bed/state', 'ON', undefined, { occupied: true, online: true }],
    ['esphome-device', 'sensor/heart_rate/state', '61.5', undefined, { heartRate: 61.5, online: true }],
    ['esphome-device', 'status', 'offline', undefined, { online: false }],
    ['openmqttgateway', 'LWT', 'offline', undefined, { online: false }],
    ['openmqttgateway', 'SYStoMQTT', { uptime: 5 }, undefined, { online: true }],
    ['openmqttgateway', 'BTtoMQTT/AA', { rssi: -60 }, 'theengs-tag', { near: true, signal: -60, online: true }],
    ['openmqttgateway', 'BTtoMQTT/AA', { id: 'A:A', presence: 'absent' }, 'theengs-tag', { near: false, online: true }],
    [
      'chirpstack',
      up,
      uplink({ button_event: { status: 'double press' }, battery: 10 }),
      'milesight-ws101',
      { button: 'press', battery: 10, batteryLow: true, online: true },
    ],
    ['chirpstack', up, uplink({ press: 'short' }), 'milesight-ws101', { button: 'press', online: true }],
    ['chirpstack', up, uplink({ detection_status: 'in bed' }), 'milesight-vs373', { occupied: true, presence: true, online: true }],
    [
      'chirpstack',
      up,
      uplink({ fall_alarm: { alarm_id: '1, 2', alarm_status: '2, 1' } }),
      'milesight-vs373',
      { fall: 'confirmed', online: true },
    ],
    ['chirpstack', up, uplink({ fall_alarm: { alarm_id: '1', alarm_status: '2' } }), 'milesight-vs373', { online: true }],
    ['chirpstack', up, uplink({ leakage_status: 'leak' }), 'milesight-em300-leak', { leak: true, online: true }],
    [
      'the-things-stack',
      'v3/a@ttn/devices/b/up',
      tts({ button_event: { status: 'short press' } }),
      'milesight-ws101',
      { button: 'press', online: true },
    ],
    ['the-things-stack', 'v3/a@ttn/devices/b/up', tts({ magnet_status: 'open' }), 'milesight-ws301', { open: true, online: true }],
    [
      'disruptive',
      'event',
      { eventId: 'e', targetName: 'projects/p/devices/d', waterPresent: { state: 'PRESENT' } },
      'disruptive-leak',
      { leak: true, online: true },
    ],
    ['zigbee2mqtt', 'x', { water_leak: true, battery: 90 }, 'zigbee2mqtt-leak', { leak: true, battery: 90 }],
    ['zigbee2mqtt', 'x', { gas: false, carbon_monoxide: true }, 'zigbee2mqtt-gas', { gas: true }],
    ['zigbee2mqtt', 'x', { action: 'drop', battery: 90 }, 'zigbee2mqtt-vibration', { motion: true, battery: 90 }],
  ])('%s on %s: %j', (by, topic, payload, child, facts) => {
    const decoded = say(by, topic, payload, child);
    expect(decoded).toMatchObject([{ type: 'message' }]);
    const [first] = decoded;
    if (first?.type === 'message') {
      expect(first.message.device).toBe(child === undefined ? 'sender' : 'child');
      expect(first.message.facts).toEqual(facts);
    }
  });

  it('an uplink that nobody decoded is refused with the remedy, a frame without data is not', () => {
    expect(say('the-things-stack', 'v3/a/devices/b/up', { uplink_message: { frm_payload: 'AA==' } }, 'milesight-ws101')).toMatchObject([
      { type: 'message', message: { facts: { online: true } } },
      { type: 'rejection', rejection: { where: 'uplink_message.decoded_payload' } },
    ]);
    expect(say('chirpstack', up, { deduplicationId: 'u' }, 'milesight-ws101')).toMatchObject([{ type: 'message' }]);
  });

  it('a 433 MHz digit that no model knows is refused, and so is a number that is none', () => {
    expect(say('tasmota-rf-bridge', 'tele/RESULT', { RfReceived: { Data: '81FEE7' } }, 'tasmota-rf-contact')).toMatchObject([
      { type: 'rejection' },
    ]);
    expect(say('esphome-device', 'sensor/heart_rate/state', 'nan')).toMatchObject([
      { message: { facts: { online: true } } },
      { type: 'rejection' },
    ]);
  });

  it('a retained message does not say that its device is there', () => {
    const decode = createDecoder({ models, findChild: () => null, modelOf: () => deviceModelIdSchema.parse('none') });
    const message = { type: 'publish', sender, duplicate: false, receivedAt: instant(0), refused: false, retain: true } as const;
    const [first] = decode({
      ...message,
      model: deviceModelIdSchema.parse('tasmota-bed-pad'),
      topic: 'tele/SENSOR',
      payload: Buffer.from('{"Switch1":"ON"}'),
    });
    expect(first?.type === 'message' ? first.message.facts : first).toEqual({ occupied: true });
  });
});
