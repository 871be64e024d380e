import type { Facts } from '../../domain/reading.ts';

/** What a real message comes to. */
export interface Expected {
  readonly meaning: RegExp;
  /** The model of who signs in, and where its topic lies below its prefix, as docs/devices.md sets it up. Null: outside. */
  readonly by: string;
  readonly topic: string | null;
  /** What it comes to: facts of a device, a refusal, nothing, or a child on the list of those that wait. */
  readonly is: { readonly of: string; readonly facts: Facts; readonly eventId?: string; readonly deviceAt?: string } | string;
}
/** What each of the real messages comes to, in the order of the file; written by hand from its meaning. */
export const expected: readonly Expected[] = [
  {
    meaning: /^no press: action null/,
    by: 'zigbee2mqtt',
    topic: '0xa4c13899607febd1',
    is: { of: 'c-0', facts: { battery: 100, linkQuality: 14 } },
  },
  { meaning: /^device rejoined/, by: 'zigbee2mqtt', topic: 'bridge/event', is: { of: 'c-0', facts: { online: true } } },
  {
    meaning: /^linkquality 0 although alive/,
    by: 'zigbee2mqtt',
    topic: '0xa4c13899607febd1',
    is: { of: 'c-0', facts: { battery: 100, linkQuality: 0 } },
  },
  {
    meaning: /^SOS pressed: exactly one/,
    by: 'zigbee2mqtt',
    topic: '0xa4c13899607febd1',
    is: {
      of: 'c-0',
      facts: { button: 'press', battery: 100, linkQuality: 18 },
      eventId: '2026-04-17T23:33:22+08:00:emergency',
      deviceAt: '2026-04-17T15:33:22Z',
    },
  },
  {
    meaning: /^after the press/,
    by: 'zigbee2mqtt',
    topic: '0xa4c13899607febd1',
    is: { of: 'c-0', facts: { battery: 100, linkQuality: 87 } },
  },
  {
    meaning: /^keep-alive repeat/,
    by: 'zigbee2mqtt',
    topic: '0xa4c13899607febd1',
    is: { of: 'c-0', facts: { battery: 100, linkQuality: 87 } },
  },
  { meaning: /^bridge answer; ignore/, by: 'zigbee2mqtt', topic: 'bridge/response/options', is: 'ignored' },
  { meaning: /^pairing/, by: 'zigbee2mqtt', topic: 'bridge/event', is: 'waiting 0x0c4314fffe03c247' },
  { meaning: /^HA discovery of the battery/, by: 'zigbee2mqtt', topic: null, is: 'topic-not-yours' },
  {
    meaning: /^device self-description/,
    by: 'zigbee2mqtt',
    topic: 'bridge/event',
    is: 'waiting 0xb4e3f9fffe907daf: TuYa TS0215A_sos SOS button → zigbee2mqtt-sos-button',
  },
  {
    meaning: /^fall radar, no fall/,
    by: 'zigbee2mqtt',
    topic: 'HS2FD-ZB',
    is: { of: 'c-1', facts: { fall: 'cleared', presence: true, linkQuality: 255 } },
  },
  {
    meaning: /^presence re-published/,
    by: 'zigbee2mqtt',
    topic: '0xa4c1382a6b329e9d',
    is: { of: 'c-2', facts: { presence: true, illuminance: 369, linkQuality: 98 } },
  },
  {
    meaning: /^presence re-published/,
    by: 'zigbee2mqtt',
    topic: '0xa4c1382a6b329e9d',
    is: { of: 'c-2', facts: { presence: true, illuminance: 367, linkQuality: 98 } },
  },
  {
    meaning: /^presence re-published/,
    by: 'zigbee2mqtt',
    topic: '0xa4c1382a6b329e9d',
    is: { of: 'c-2', facts: { presence: true, illuminance: 346, linkQuality: 91 } },
  },
  { meaning: /^HA discovery of a fall radar/, by: 'zigbee2mqtt', topic: null, is: 'topic-not-yours' },
  {
    meaning: /^availability, NEW JSON form \(/,
    by: 'zigbee2mqtt',
    topic: '<friendly_name>/availability',
    is: { of: 'c-3', facts: { online: true } },
  },
  {
    meaning: /^availability, NEW JSON form: sensor lost/,
    by: 'zigbee2mqtt',
    topic: '<friendly_name>/availability',
    is: { of: 'c-3', facts: { online: false } },
  },
  { meaning: /^bridge state, plain text/, by: 'zigbee2mqtt', topic: 'bridge/state', is: { of: 'sender-1', facts: { online: true } } },
  { meaning: /^interview failed/, by: 'zigbee2mqtt', topic: 'bridge/event', is: 'waiting 0x90fd9ffffe6494fc' },
  { meaning: /^device left the network/, by: 'zigbee2mqtt', topic: 'bridge/event', is: { of: 'c-4', facts: { online: false } } },
  { meaning: /^log line/, by: 'zigbee2mqtt', topic: 'bridge/logging', is: 'ignored' },
  { meaning: /^bridge error answer/, by: 'zigbee2mqtt', topic: 'bridge/response/permit_join', is: 'ignored' },
  { meaning: /^HA discovery: config entity/, by: 'zigbee2mqtt', topic: null, is: 'topic-not-yours' },
  {
    meaning: /^pull cord/,
    by: 'shelly-gen2-sos-button',
    topic: 'events/rpc',
    is: {
      of: 'sender-1',
      facts: { button: 'press', online: true },
      eventId: 'input:0:1643540082.66',
      deviceAt: '2022-01-30T10:54:42.660Z',
    },
  },
  {
    meaning: /^params of a NotifyStatus/,
    by: 'shelly-gen2-contact',
    topic: 'events/rpc',
    is: { of: 'sender-1', facts: { open: false, online: true } },
  },
  {
    meaning: /^short push/,
    by: 'shelly-gen1',
    topic: 'shelly1-328900/input_event/0',
    is: { of: 'c-5', facts: { button: 'press' }, eventId: '12:S' },
  },
  {
    meaning: /^long push; counter LOWER/,
    by: 'shelly-gen1',
    topic: 'shelly1-328900/input_event/0',
    is: { of: 'c-5', facts: { button: 'press' }, eventId: '11:L' },
  },
  {
    meaning: /^announce/,
    by: 'shelly-gen1',
    topic: 'announce',
    is: 'waiting shellybutton1-A4CF12F45174: shellybutton1-A4CF12F45174 → shelly-gen1-sos-button',
  },
  {
    meaning: /^BLU Button1 single press/,
    by: 'openmqttgateway',
    topic: 'BTtoMQTT/BC026EAABBCC',
    is: { of: 'c-6', facts: { button: 'press', battery: 100, batteryLow: false, online: true }, eventId: '29' },
  },
  {
    meaning: /^door\/window OPEN/,
    by: 'openmqttgateway',
    topic: 'BTtoMQTT/3C2EF5AABBCC',
    is: { of: 'c-7', facts: { open: true, battery: 100, batteryLow: false, illuminance: 87, online: true } },
  },
  {
    meaning: /^door\/window closed/,
    by: 'openmqttgateway',
    topic: 'BTtoMQTT/3C2EF5AABBCC',
    is: { of: 'c-7', facts: { open: false, battery: 100, batteryLow: false, illuminance: 673, online: true } },
  },
  {
    meaning: /^motion$/,
    by: 'openmqttgateway',
    topic: 'BTtoMQTT/60EFABAABBCC',
    is: { of: 'c-8', facts: { motion: true, battery: 100, batteryLow: false, illuminance: 132, online: true } },
  },
  {
    meaning: /^no motion$/,
    by: 'openmqttgateway',
    topic: 'BTtoMQTT/60EFABAABBCC',
    is: { of: 'c-8', facts: { motion: false, battery: 100, batteryLow: false, illuminance: 36, online: true } },
  },
  {
    meaning: /^double press/,
    by: 'openmqttgateway',
    topic: 'BTtoMQTT/BC026EAABBCC',
    is: { of: 'c-6', facts: { button: 'press', battery: 100, batteryLow: false, online: true }, eventId: '30' },
  },
  {
    meaning: /^triple press/,
    by: 'openmqttgateway',
    topic: 'BTtoMQTT/BC026EAABBCC',
    is: { of: 'c-6', facts: { button: 'press', battery: 100, batteryLow: false, online: true }, eventId: '31' },
  },
  {
    meaning: /^long press: Theengs/,
    by: 'openmqttgateway',
    topic: 'BTtoMQTT/BC026EAABBCC',
    is: { of: 'c-6', facts: { button: 'press', battery: 100, batteryLow: false, online: true }, eventId: '32' },
  },
  {
    meaning: /^button hold: Theengs/,
    by: 'openmqttgateway',
    topic: 'BTtoMQTT/BC026EAABBCC',
    is: { of: 'c-6', facts: { button: 'press', battery: 100, batteryLow: false, online: true }, eventId: '172' },
  },
  {
    meaning: /^BLE room sensor/,
    by: 'openmqttgateway',
    topic: 'BTtoMQTT/C6C752663CBF',
    is: { of: 'c-9', facts: { battery: 100, batteryLow: false, signal: -23, temperature: 17.6, humidity: 63, online: true } },
  },
  {
    meaning: /^person present at 75 cm/,
    by: 'tasmota-presence',
    topic: 'tele/SENSOR',
    is: { of: 'sender-1', facts: { presence: true, online: true } },
  },
  { meaning: /^433 MHz code/, by: 'tasmota-rf-bridge', topic: 'tele/RESULT', is: { of: 'c-10', facts: { open: true } } },
  { meaning: /^433 MHz code/, by: 'tasmota-rf-bridge', topic: 'tele/RESULT', is: { of: 'c-10', facts: { open: false } } },
  { meaning: /^birth message/, by: 'tasmota-presence', topic: 'tele/LWT', is: { of: 'sender-1', facts: { online: true } } },
  { meaning: /^boot info/, by: 'tasmota-presence', topic: 'tele/INFO1', is: { of: 'sender-1', facts: { online: true } } },
  { meaning: /^boot reason/, by: 'tasmota-presence', topic: 'tele/INFO3', is: { of: 'sender-1', facts: { online: true } } },
  { meaning: /^plain text state/, by: 'tasmota-presence', topic: 'stat/POWER2', is: { of: 'sender-1', facts: { online: true } } },
  {
    meaning: /^battery device that sleeps/,
    by: 'tasmota-presence',
    topic: 'tele/STATE',
    is: { of: 'sender-1', facts: { online: true }, deviceAt: '2019-09-04T11:08:48Z' },
  },
  {
    meaning: /^pressure mat on a switch input: left/,
    by: 'tasmota-bed-pad',
    topic: 'tele/SENSOR',
    is: { of: 'sender-1', facts: { occupied: false, online: true } },
  },
  {
    meaning: /^pressure mat: occupied/,
    by: 'tasmota-bed-pad',
    topic: 'tele/SENSOR',
    is: { of: 'sender-1', facts: { occupied: true, online: true } },
  },
  { meaning: /^wearer tag seen/, by: 'tasmota-tag-receiver', topic: 'tele/SENSOR', is: { of: 'c-11', facts: { near: true, signal: -56 } } },
  {
    meaning: /^wearer tag gone/,
    by: 'tasmota-tag-receiver',
    topic: 'tele/SENSOR',
    is: { of: 'c-11', facts: { near: false, signal: -56 } },
  },
  {
    meaning: /^uplink: data base64/,
    by: 'chirpstack',
    topic: 'application/17c82e96-be03-4f38-aef3-f83d48582d97/device/0101010101010101/event/up',
    is: { of: 'c-12', facts: { online: true }, eventId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d', deviceAt: '2022-07-18T09:34:15.775Z' },
  },
  {
    meaning: /^battery 88/,
    by: 'chirpstack',
    topic: 'application/17c82e96-be03-4f38-aef3-f83d48582d97/device/0101010101010101/event/status',
    is: { of: 'c-12', facts: { battery: 88.3, batteryLow: false, online: true }, deviceAt: '2022-07-18T09:35:06.927Z' },
  },
  {
    meaning: /^device joined/,
    by: 'chirpstack',
    topic: 'application/17c82e96-be03-4f38-aef3-f83d48582d97/device/0101010101010101/event/join',
    is: { of: 'c-12', facts: { online: true }, deviceAt: '2022-07-18T09:33:28.823Z' },
  },
  {
    meaning: /^confirmed downlink/,
    by: 'chirpstack',
    topic: 'application/17c82e96-be03-4f38-aef3-f83d48582d97/device/0101010101010101/event/ack',
    is: 'ignored',
  },
  {
    meaning: /^error: MIC invalid/,
    by: 'chirpstack',
    topic: 'application/17c82e96-be03-4f38-aef3-f83d48582d97/device/0101010101010101/event/log',
    is: 'payload-invalid',
  },
  {
    meaning: /^button press at battery 16/,
    by: 'chirpstack',
    topic: 'object/0101010101010101',
    is: { of: 'c-12', facts: { button: 'press', battery: 16, batteryLow: false, online: true } },
  },
  {
    meaning: /^occupied; uplink/,
    by: 'chirpstack',
    topic: 'object/24e124535b316056',
    is: { of: 'c-13', facts: { presence: true, battery: 100, batteryLow: false, online: true } },
  },
  {
    meaning: /^occupancy event with eventId/,
    by: 'disruptive',
    topic: 'event',
    is: { of: 'c-14', facts: { presence: false, online: true }, eventId: 'd0etq5jlo1jc73as7ur0', deviceAt: '2025-05-09T10:46:46Z' },
  },
];
