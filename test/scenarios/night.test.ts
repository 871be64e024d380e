import { afterEach, beforeEach, expect, test } from 'vitest';
import { hours, instant, minutes, seconds } from '../../domain/instant.ts';
import { createKeeperRig, type KeeperRig, oneHome, row } from '../harness/keeper-rig.ts';
import { type TempDir, tempDir } from '../harness/temp-dir.ts';

/** 23:00 in Shanghai. */
const night = instant(Date.parse('2026-03-02T15:00:00Z'));

let folder: TempDir;
let rig: KeeperRig;
beforeEach(async () => {
  folder = await tempDir('night');
  rig = createKeeperRig(folder.path, night);
  rig.records(oneHome());
  rig.say('pad-1', { occupied: true });
  rig.pass(minutes(1));
});
afterEach(async () => {
  rig.close();
  await folder.remove();
});

const bedAlarms = () => rig.alarms().filter(({ rule }) => rule === 'out-of-bed');

test('out of bed at night: a pre-alert for the desk after 15 minutes, an alarm after 30', () => {
  rig.say('pad-1', { occupied: false });
  rig.pass(minutes(14));
  expect(bedAlarms()).toEqual([]);
  rig.pass(minutes(1), seconds(5));
  expect(bedAlarms()).toMatchObject([{ stage: 'pre-alert', priority: 'medium' }]);
  expect(rig.told().filter((told) => !told.startsWith('mechanic'))).toEqual(['operator-1 raised']);
  rig.pass(minutes(15), seconds(5));
  expect(bedAlarms()).toMatchObject([{ stage: 'alarm', priority: 'high' }]);
  rig.pass(minutes(1), seconds(5));
  expect(rig.told()).toContain('daughter raised');
});

test('back in bed before the alarm: it is over by itself, and who was told hears it', () => {
  rig.say('pad-1', { occupied: false });
  rig.pass(minutes(20), seconds(5));
  rig.say('pad-1', { occupied: true });
  rig.pass(minutes(1));
  expect(rig.told().at(-1)).toBe('operator-1 returned');
  rig.pass(minutes(30), seconds(30));
  expect(bedAlarms().map(({ stage }) => stage)).toEqual(['pre-alert']);
});

test('a sleeper who turns is not out of bed', () => {
  for (let turn = 0; turn < 5; turn += 1) {
    rig.say('pad-1', { occupied: false });
    rig.pass(seconds(4));
    rig.say('pad-1', { occupied: true });
    rig.pass(minutes(4));
  }
  expect(bedAlarms()).toEqual([]);
});

test('a resident in hospital is not missed from bed, but a press is a press', () => {
  const until = instant(night + hours(12));
  rig.records([row('resident', { id: 'r1', bed: 'b1', name: '王秀英', profile: 'standard', state: { value: 'in-hospital', until } })]);
  rig.say('pad-1', { occupied: false });
  rig.pass(minutes(40), seconds(10));
  expect(bedAlarms()).toEqual([]);
  rig.say('button-1', { button: 'press' }, 'e1');
  expect(rig.alarms().filter(({ rule }) => rule === 'button')).toHaveLength(1);
});

test('out of bed while the gateway was down: the alarm comes at once, and says how late it is', () => {
  rig.say('pad-1', { occupied: false });
  rig.crash(minutes(33));
  expect(bedAlarms()).toMatchObject([{ stage: 'alarm', priority: 'high' }]);
  expect(Math.max(...rig.events.map(({ event }) => event.lateMs))).toBeGreaterThan(60_000);
});

test('a resident with numbers of her own is called for by those', () => {
  const numbers = { outOfBed: { preAlertMinutes: 2, alarmMinutes: 5 } };
  rig.records([row('resident', { id: 'r1', bed: 'b1', name: '王秀英', profile: 'standard', numbers })]);
  rig.say('pad-1', { occupied: false });
  rig.pass(minutes(6));
  expect(bedAlarms()).toMatchObject([{ stage: 'alarm' }]);
  expect(bedAlarms()[0]?.reasons.at(-1)?.numbers).toMatchObject({ alarmMinutes: 5 });
});

test('a suspected fall taken back in time calls nobody but the desk; one that is not becomes an alarm', () => {
  rig.say('fall-1', { fall: 'suspected' }, 'f1');
  expect(rig.told()).toEqual(['operator-1 raised']);
  rig.say('fall-1', { fall: 'cancel' }, 'f2');
  expect(rig.alarms()).toMatchObject([{ rule: 'fall', state: { value: 'closed', disposition: { cause: 'cancelled-by-resident' } } }]);
  rig.pass(minutes(1));
  rig.say('fall-1', { fall: 'suspected' }, 'f3');
  rig.pass(seconds(31));
  expect(rig.alarms()[1]).toMatchObject({ rule: 'fall', stage: 'alarm', state: { value: 'unacknowledged' } });
});

test('a fall and a press of one bed are one case, and both call', () => {
  rig.say('fall-1', { fall: 'confirmed' }, 'f1');
  rig.say('button-1', { button: 'press' }, 'e1');
  const [fall, press] = rig.alarms();
  expect([fall?.rule, press?.rule]).toEqual(['fall', 'button']);
  expect(press?.case).toBe(fall?.id);
  expect(rig.told()).toEqual(['operator-1 raised', 'operator-1 raised']);
});

test('an hour on the floor is told again', () => {
  rig.say('fall-1', { fall: 'confirmed' }, 'f1');
  rig.act('alarm-1', { type: 'acknowledge' }, 'operator-1');
  rig.pass(minutes(61), seconds(10));
  expect(rig.alarms()[0]?.reasons.map(({ code }) => code)).toContain('long-lie');
});

test('a pad that falls silent is found after three missed heartbeats, and its return ends it', () => {
  rig.pass(minutes(16), seconds(5));
  expect(rig.alarms()).toMatchObject([{ rule: 'device-offline', priority: 'technical', state: { value: 'unacknowledged' } }]);
  expect(rig.told()).toEqual(['mechanic raised']);
  rig.say('pad-1', { occupied: true });
  expect(rig.alarms()[0]?.state.value).toBe('closed');
});

test('silence while the gateway was down is held against no device', () => {
  rig.crash(hours(2));
  expect(rig.alarms()).toEqual([]);
  rig.pass(minutes(4));
  expect(rig.alarms()).toEqual([]);
});

test('a fading battery is a matter for the maintainers, once', () => {
  for (const battery of [40, 19, 15, 19, 12]) rig.say('button-1', { battery });
  expect(rig.alarms()).toMatchObject([{ rule: 'battery-low', priority: 'technical' }]);
  rig.say('button-1', { battery: 100 });
  expect(rig.alarms()[0]?.state.value).toBe('closed');
});

test('a suspected fall that a person resolves in its window does not come back by itself when the window ends', () => {
  rig.say('fall-1', { fall: 'suspected' }, 'f1');
  rig.act('alarm-1', { type: 'resolve', disposition: { cause: 'accidental', outcome: 'no-action-needed', note: '' } }, 'operator-1');
  rig.pass(minutes(2));
  expect(rig.alarms().filter(({ rule }) => rule === 'fall')).toHaveLength(1);
  rig.say('fall-1', { fall: 'cleared' }, 'f2');
  rig.say('fall-1', { fall: 'suspected' }, 'f3');
  expect(rig.alarms().filter(({ rule }) => rule === 'fall')).toHaveLength(2);
});
