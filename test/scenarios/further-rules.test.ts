import { afterEach, beforeEach, expect, test } from 'vitest';
import { hours, instant, minutes, seconds } from '../../domain/instant.ts';
import { createKeeperRig, type KeeperRig, noon, oneHome, row } from '../harness/keeper-rig.ts';
import { type TempDir, tempDir } from '../harness/temp-dir.ts';

let folder: TempDir;
let rig: KeeperRig;
const resident = (rest: object) => row('resident', { id: 'r1', bed: 'b1', name: '王秀英', profile: 'standard', ...rest });
const raised = (rule: string) => rig.alarms().filter((alarm) => alarm.rule === rule);

beforeEach(async () => {
  folder = await tempDir('further-rules');
  rig = createKeeperRig(folder.path, noon);
  rig.records([
    ...oneHome(),
    row('device', { id: 'hall', model: 'carebed-motion', home: 'h1' }),
    row('device', { id: 'kitchen', model: 'carebed-contact', home: 'h1' }),
  ]);
});
afterEach(async () => {
  rig.close();
  await folder.remove();
});

test('smoke while the resident is in hospital is told at once, and those who are told are told to call the fire service first', () => {
  rig.records([resident({ state: { value: 'in-hospital', until: null } })]);
  rig.say('kitchen', { smoke: true });
  expect(raised('smoke')).toMatchObject([{ priority: 'high', bed: null }]);
  expect(rig.told()).toContain('operator-1 raised');
});

test('no sign of life is quiet while she is away, and speaks by itself once that is over', () => {
  const numbers = { noSignOfLife: { enabled: true, afterHours: 2, urgentAfterHours: 3, dayTo: '22:00' } };
  rig.records([resident({ numbers, state: { value: 'away', until: instant(noon + hours(3)) } })]);
  rig.say('hall', { motion: true });
  rig.pass(hours(3), minutes(1));
  expect(raised('no-sign-of-life')).toEqual([]);
  rig.pass(minutes(61), minutes(1));
  expect(raised('no-sign-of-life')).toMatchObject([{ priority: 'medium', bed: 'b1' }]);
  rig.say('hall', { motion: true });
  expect(raised('no-sign-of-life')[0]?.state.value).toBe('returned-unacknowledged');
});

test('a rule that is switched on is in force without a restart, and what it knows survives one', () => {
  rig.records([resident({ numbers: { heartRate: { lowPerMinute: 60 } } })]);
  rig.say('pad-1', { occupied: true, heartRate: 55 });
  rig.pass(seconds(10));
  rig.say('pad-1', { heartRate: 54 });
  rig.crash(seconds(10));
  rig.say('pad-1', { heartRate: 53 });
  expect(raised('heart-rate')).toMatchObject([{ priority: 'medium', bed: 'b1' }]);
});
