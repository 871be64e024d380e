import { expect, test } from 'vitest';
import { instant, milliseconds, minutes, seconds } from '../../domain/instant.ts';
import { type ReplayAlarm, replayAlarmSchema } from '../../domain/replay.ts';
import { shadowRulesOn } from '../../gateway/compose/shadow-rules.ts';
import { createWorld } from '../../gateway/keeper/world.ts';
import { createShadowKeeper } from '../../gateway/shadow/shadow-keeper.ts';
import { createKeeperRig, type KeeperRig, noon, oneHome, row } from '../harness/keeper-rig.ts';
import { tempDir } from '../harness/temp-dir.ts';

/** Ten in the evening in Shanghai. */
const evening = instant(noon + 10 * 3_600_000);
const strict = row('profile', { id: 'strict', name: '更严', numbers: { outOfBed: { preAlertMinutes: 5, alarmMinutes: 10 } } });
const inShadow = (shadowProfile: string | null) =>
  row('resident', { id: 'r1', bed: 'b1', name: '王秀英', profile: 'standard', shadowProfile });

/** The shadow beside the rig's keeper, on the same store, as a new process would start it. */
const shadowOf = (rig: KeeperRig) => {
  const world = createWorld(() => null);
  world.load(rig.db);
  return createShadowKeeper({
    db: rig.db,
    clock: rig.clock,
    startRules: shadowRulesOn(world),
    onTrouble: (error) => {
      if (error !== null) throw new Error('the shadow failed', { cause: error });
    },
  });
};
const shadowAlarms = (rig: KeeperRig): ReplayAlarm[] =>
  rig.db
    .prepare<[], string>('SELECT body FROM shadow_alarm ORDER BY seq')
    .pluck()
    .all()
    .map((body) => replayAlarmSchema.parse(JSON.parse(body)));

test('a profile in shadow records what it would have raised, and tells nobody', async () => {
  await using folder = await tempDir('shadow');
  const rig = createKeeperRig(folder.path, evening);
  rig.records([...oneHome(), strict, inShadow('strict')]);
  const shadow = shadowOf(rig);
  shadow.catchUp();
  rig.say('pad-1', { occupied: true });
  rig.pass(minutes(1));
  rig.say('pad-1', { occupied: false });
  const left = rig.clock.now();
  rig.pass(minutes(12));
  shadow.catchUp();
  expect(shadowAlarms(rig).map(({ rule, stage, raises }) => [rule, stage, raises.map(({ at }) => (at - left) / 60_000)])).toEqual([
    ['out-of-bed', 'alarm', [5, 10]],
  ]);
  expect(rig.alarms()).toEqual([]);
  expect(rig.told()).toEqual([]);
  rig.pass(minutes(4));
  const real = rig.alarms().filter(({ rule }) => rule === 'out-of-bed');
  expect(real.map(({ stage }) => stage)).toEqual(['pre-alert']);
  rig.close();
});

test('a shadow that dies at any moment goes on where its store stands, without losing or doubling an alarm', async () => {
  const steps = [
    ['pad-1', { occupied: true }, 60],
    ['pad-1', { occupied: false }, 200],
    ['button-1', { button: 'press' }, 240],
    ['pad-1', { occupied: true }, 30],
    ['pad-1', { occupied: false }, 640],
    ['pad-1', { occupied: true }, 60],
  ] as const;
  const play = async (again: (step: number) => boolean): Promise<ReplayAlarm[]> => {
    await using folder = await tempDir('shadow');
    const rig = createKeeperRig(folder.path, evening);
    rig.records([...oneHome(), strict, inShadow('strict')]);
    let shadow = shadowOf(rig);
    shadow.catchUp();
    for (const [step, [device, readings, wait]] of steps.entries()) {
      rig.say(device, readings);
      rig.pass(seconds(wait));
      if (step % 2 === 0) shadow.catchUp();
      if (again(step)) shadow = shadowOf(rig);
    }
    rig.pass(minutes(1));
    shadow.catchUp();
    const found = shadowAlarms(rig);
    rig.close();
    return found;
  };
  const undisturbed = await play(() => false);
  expect(undisturbed.map(({ rule }) => rule)).toEqual(['button', 'out-of-bed', 'out-of-bed']);
  expect(await play(() => true)).toEqual(undisturbed);
  expect(await play((step) => step === 2)).toEqual(undisturbed);
});

test('while nobody has a profile in shadow nothing is kept; when the trial ends its rules are forgotten and its alarms stay', async () => {
  await using folder = await tempDir('shadow');
  const rig = createKeeperRig(folder.path, evening);
  rig.records(oneHome());
  const shadow = shadowOf(rig);
  rig.say('button-1', { button: 'press' });
  shadow.catchUp();
  const states = (): unknown => rig.db.prepare('SELECT count(*) FROM shadow_home').pluck().get();
  expect([states(), shadowAlarms(rig)]).toEqual([0, []]);

  rig.records([strict, inShadow('strict')]);
  shadow.recordsChanged([{ record: 'resident' }]);
  shadow.catchUp();
  rig.pass(minutes(1));
  rig.say('button-1', { button: 'press' });
  rig.pass(milliseconds(6_000));
  shadow.catchUp();
  // The press before the trial began is none of its business.
  expect([states(), shadowAlarms(rig).length]).toEqual([1, 1]);

  rig.records([inShadow(null)]);
  shadow.recordsChanged([{ record: 'resident' }]);
  shadow.catchUp();
  expect([states(), shadowAlarms(rig).length]).toEqual([0, 1]);
  rig.close();
});
