import { afterEach, beforeEach, expect, test } from 'vitest';
import { seconds } from '../../domain/instant.ts';
import { createKeeperRig, type KeeperRig, oneHome, row } from '../harness/keeper-rig.ts';
import { type TempDir, tempDir } from '../harness/temp-dir.ts';

let folder: TempDir;
let rig: KeeperRig;
beforeEach(async () => {
  folder = await tempDir('changed-records');
  rig = createKeeperRig(folder.path);
  rig.records(oneHome());
});
afterEach(async () => {
  rig.close();
  await folder.remove();
});

test('numbers that contradict one another are refused, also when one import brings the profile and then the resident', () => {
  const answer = rig.records([
    row('profile', { id: 'standard', name: '标准', numbers: { outOfBed: { preAlertMinutes: 40, alarmMinutes: 60 } } }),
    row('resident', { id: 'r1', bed: 'b1', name: '王秀英', profile: 'standard', numbers: { outOfBed: { alarmMinutes: 30 } } }),
  ]);
  expect(answer).toMatchObject({ ok: false, code: 'care-numbers-contradict', row: 1 });
});

test('should such numbers stand in the store all the same, the button at that bed still calls', () => {
  const body = JSON.stringify(
    row('resident', { id: 'r1', bed: 'b1', name: '王秀英', profile: 'standard', numbers: { outOfBed: { alarmMinutes: 1 } } }).body,
  );
  rig.db.prepare("UPDATE resident SET body = ? WHERE id = 'r1'").run(body);
  rig.crash(seconds(1));
  rig.say('button-1', { button: 'press' }, 'e1');
  expect(rig.told()).toEqual(['operator-1 raised']);
});

test('a bed is not moved to another home while a device at it still calls for the old one', () => {
  rig.records([row('home', { id: 'h2', provider: 'p1', name: '李家' })]);
  expect(rig.records([row('bed', { id: 'b1', home: 'h2' })])).toMatchObject({ ok: false, code: 'record-clash', status: 409 });
});

test('a device whose home has no resident and one at no bed call all the same', () => {
  rig.records([
    row('home', { id: 'h2', provider: 'p1', name: '李家' }),
    row('bed', { id: 'b2', home: 'h2' }),
    row('device', { id: 'button-2', model: 'carebed-button', home: 'h2', bed: 'b2' }),
    row('device', { id: 'cord-2', model: 'carebed-button', home: 'h2' }),
    row('device', { id: 'hub-2', model: 'carebed-hub', home: 'h2' }),
    row('device', { id: 'cord-3', model: 'carebed-button', home: 'h2', hub: 'hub-2', hubName: 'hall' }),
  ]);
  rig.say('button-2', { button: 'press' }, 'e1');
  rig.say('cord-2', { button: 'press' }, 'e1');
  rig.hear('hub-2', 'child/hall/event', '{"id":"e1","readings":{"button":"press"}}');
  expect(rig.alarms()).toMatchObject([
    { home: 'h2', bed: 'b2', device: 'button-2', calls: 1 },
    { home: 'h2', bed: null, device: 'cord-2', calls: 2 },
  ]);
  expect(rig.told()).toEqual(['operator-1 raised', 'operator-1 raised', 'operator-1 raised-again']);
});

test('a device moved to another bed during its open alarm calls for the new bed, and the old call goes on', () => {
  rig.records([row('bed', { id: 'b2', home: 'h1' })]);
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.records([row('device', { id: 'button-1', model: 'carebed-button', home: 'h1', bed: 'b2' })]);
  rig.say('button-1', { button: 'press' }, 'e2');
  expect(rig.alarms().map(({ bed, state }) => `${bed} ${state.value}`)).toEqual(['b1 unacknowledged', 'b2 unacknowledged']);
  rig.pass(seconds(60));
  expect(rig.told().filter((told) => told === 'daughter raised')).toHaveLength(2);
});

test('a device, a bed, a home and a resident may have one name, also one that JavaScript knows', () => {
  const name = 'constructor';
  rig.records([
    row('home', { id: name, provider: 'p1', name }),
    row('bed', { id: name, home: name }),
    row('resident', { id: name, bed: name, name, profile: 'standard' }),
    row('device', { id: name, model: 'carebed-fall-sensor', home: name, bed: name }),
    row('device', { id: 'toString', model: 'carebed-button', home: name, bed: name }),
  ]);
  rig.say(name, { fall: 'suspected' }, name);
  rig.say('toString', { button: 'press' }, name);
  rig.pass(seconds(31));
  rig.crash(seconds(1));
  expect(rig.alarms().map(({ rule, stage, bed, home }) => [rule, stage, bed, home])).toEqual([
    ['fall', 'alarm', name, name],
    ['button', 'alarm', name, name],
  ]);
});

test('whoever is deleted or loses every channel while an alarm runs is passed over aloud, and the next are told', () => {
  rig.say('button-1', { button: 'press' }, 'e1');
  const gone = (record: 'contact' | 'person' | 'roster', id: string) =>
    rig.engine.execute({ type: 'delete-record', record, id }, { actor: 'test', person: null, audit: [], idempotency: null });
  expect(gone('contact', 'c1').ok).toBe(true);
  expect(gone('person', 'daughter').ok).toBe(true);
  expect(gone('person', 'operator-2').ok).toBe(true);
  expect(gone('roster', 'supervisor').ok).toBe(true);
  rig.records([row('person', { id: 'son', name: 'son', role: 'family', channels: [] })]);
  rig.pass(seconds(60));
  // Nobody of the second level is left, and the supervisor's roster is gone: the responders are asked at once.
  expect(rig.told()).toEqual(['operator-1 raised', 'runner dispatch-unverified']);
  const said = rig.events.filter(({ event }) => event.type === 'person-skipped' || event.type === 'level-skipped');
  expect(said.map(({ event }) => event.data['why'] ?? event.data['level'])).toEqual(['unknown-person', 'no-channel', 1, 2]);
});

test('somebody who is operator and contact at once is told once', () => {
  rig.records([row('contact', { id: 'c3', home: 'h1', person: 'operator-1', order: 3 })]);
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.pass(seconds(60));
  expect(rig.told().filter((told) => told.startsWith('operator-1'))).toEqual(['operator-1 raised']);
});
