import { afterEach, beforeEach, expect, test } from 'vitest';
import { deviceIdSchema } from '../../domain/ids.ts';
import { minutes, seconds } from '../../domain/instant.ts';
import { createKeeperRig, type KeeperRig, oneHome, row } from '../harness/keeper-rig.ts';
import { type TempDir, tempDir } from '../harness/temp-dir.ts';

const homes = [2, 3, 4, 5, 6, 7, 8];

let folder: TempDir;
let rig: KeeperRig;
beforeEach(async () => {
  folder = await tempDir('outage');
  rig = createKeeperRig(folder.path);
  rig.records(oneHome());
  rig.records(
    homes.flatMap((n) => [
      row('home', { id: `h${n}`, provider: 'p1', name: `${n} 号` }),
      row('bed', { id: `b${n}`, home: `h${n}` }),
      row('device', { id: `hub-${n}`, model: 'carebed-hub', home: `h${n}` }),
      row('device', { id: `button-${n}`, model: 'carebed-button', home: `h${n}`, bed: `b${n}` }),
    ]),
  );
  for (const n of homes) connection(n, true);
});
afterEach(async () => {
  rig.close();
  await folder.remove();
});

const connection = (n: number, online: boolean) =>
  rig.engine.inbound([
    {
      type: 'connection',
      sender: deviceIdSchema.parse(`hub-${n}`),
      online,
      why: online ? 'connected' : 'lost',
      receivedAt: rig.clock.now(),
    },
  ]);

test('a power cut that takes a street is one case that lists its homes, and the maintainers are not told home by home', () => {
  for (const n of homes) connection(n, false);
  rig.pass(minutes(2));
  const alarms = rig.alarms();
  expect(alarms.map(({ rule }) => rule)).toEqual(homes.map(() => 'device-offline'));
  expect(new Set(alarms.slice(4).map((alarm) => alarm.case))).toEqual(new Set([alarms[0]?.id]));
  expect(rig.told()).toEqual(['mechanic raised', 'mechanic raised', 'mechanic raised', 'mechanic raised', 'mechanic raised-again']);
  expect(rig.deliveries.at(-1)?.subject.outageHomes).toBe(5);
});

test('a press during an outage is a press of its own', () => {
  for (const n of homes) connection(n, false);
  rig.pass(minutes(2));
  rig.say('button-7', { button: 'press' }, 'e1');
  expect(rig.alarms().at(-1)).toMatchObject({ rule: 'button', home: 'h7', case: `alarm-${homes.length + 1}` });
  expect(rig.told().at(-1)).toBe('operator-1 raised');
});

test('when the power is back every home ends by itself', () => {
  for (const n of homes) connection(n, false);
  rig.pass(minutes(2));
  for (const n of homes) connection(n, true);
  rig.pass(seconds(5));
  expect(new Set(rig.alarms().map(({ state }) => state.value))).toEqual(new Set(['closed']));
});
