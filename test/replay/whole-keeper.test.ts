import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createReplay } from '../../alerts/replay/replay.ts';
import { createReplayWorld } from '../../alerts/replay/replay-world.ts';
import { loadModels } from '../../broker/model-store.ts';
import { deviceIdSchema, deviceModelIdSchema, homeIdSchema } from '../../domain/ids.ts';
import { type InboundMessage } from '../../domain/inbound.ts';
import { type Instant, instant, milliseconds, seconds } from '../../domain/instant.ts';
import type { ReplayAlarm } from '../../domain/replay.ts';
import { replayAlarmOf } from '../../domain/replay-notes.ts';
import { createWorld } from '../../gateway/keeper/world.ts';
import { storedAlarms } from '../../gateway/replay/stored-alarms.ts';
import { storedHistory } from '../../gateway/replay/stored-history.ts';
import { createKeeperRig, type KeeperRig, noon, oneHome } from '../harness/keeper-rig.ts';
import { tempDir } from '../harness/temp-dir.ts';

/** Ten in the evening in Shanghai, so that leaving the bed counts. */
const evening = instant(noon + 10 * 3_600_000);
const h1 = homeIdSchema.parse('h1');
const models = { 'button-1': 'carebed-button', 'pad-1': 'carebed-bed-pad', 'fall-1': 'carebed-fall-sensor' } as const;

const said = fc.constantFrom<[keyof typeof models, Record<string, unknown>][]>(
  ['button-1', { button: 'press' }],
  ['fall-1', { fall: 'suspected' }],
  ['fall-1', { fall: 'confirmed' }],
  ['fall-1', { fall: 'cancel' }],
  ['pad-1', { occupied: true }],
  ['pad-1', { occupied: false }],
  ['pad-1', { occupied: true, battery: 5 }],
  ['pad-1', { occupied: true, battery: 90 }],
);
const step = fc.record({
  wait: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 11, max: 1_500 })),
  said,
  /** Held back, to be committed with the next: a batch. */
  held: fc.boolean(),
  /** The process dies after this, with everything committed. */
  crash: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});

/**
 * What the rules said, without when the commit came (a batch decides at its end what a single message decides at once) and without whether an
 * alarm was still open (nobody answers here, while a replay plays somebody who does).
 */
const words = (alarms: readonly ReplayAlarm[]) =>
  alarms
    // A process that was away gives every device a heartbeat of grace, and may forget a quarter of one.
    .filter(({ rule }) => rule !== 'device-offline')
    .flatMap(({ rule, raises }) => raises.map(({ reason }) => `${rule} ${reason.code} ${reason.device ?? ''} ${reason.since}`));

const reallyRaised = (rig: KeeperRig): ReplayAlarm[] =>
  storedAlarms(rig.db, { home: h1, from: evening, to: instant(evening + 1e10) }).flatMap(
    ({ alarm, log }) => replayAlarmOf(alarm, log) ?? [],
  );

const replayed = (rig: KeeperRig, until: Instant): readonly ReplayAlarm[] => {
  const known = loadModels();
  const world = createWorld((model) => seconds(known.get(model)?.heartbeatSeconds ?? 1e9));
  world.load(rig.db);
  const replay = createReplay({ world: createReplayWorld(world) });
  replay.feed(storedHistory(rig.db, { home: h1, from: evening, to: instant(until + 1) }));
  replay.finish(until);
  return replay.alarms();
};

test('what the whole keeper raised, over batches and crashes, is what a replay of its own journal raises', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      await using folder = await tempDir('same-history');
      const rig = createKeeperRig(folder.path, evening);
      rig.records(oneHome());
      let held: InboundMessage[] = [];
      for (const {
        wait,
        said: [device, readings],
        held: holds,
        crash,
      } of steps) {
        // A batch is a matter of moments; before a longer wait the gateway has committed it.
        if (held.length > 0 && wait > 2) {
          rig.engine.inbound(held);
          held = [];
        }
        rig.pass(seconds(wait));
        held.push({
          type: 'publish',
          sender: deviceIdSchema.parse(device),
          model: deviceModelIdSchema.parse(models[device]),
          topic: 'event',
          payload: Buffer.from(JSON.stringify({ readings })),
          retain: false,
          duplicate: false,
          receivedAt: rig.clock.now(),
          refused: false,
        });
        if (!holds || crash) {
          rig.engine.inbound(held);
          held = [];
          rig.pass(milliseconds(0));
        }
        if (crash) rig.crash();
      }
      rig.engine.inbound(held);
      rig.pass(seconds(2_000));
      const raised = reallyRaised(rig);
      const again = replayed(rig, rig.clock.now());
      rig.close();
      expect(words(again)).toEqual(words(raised));
      for (const { rule } of raised) seen.add(rule);
    }),
    { numRuns: 12 },
  );
  // A comparison of nothing with nothing would pass as well.
  expect([...seen]).toEqual(expect.arrayContaining(['button', 'fall', 'out-of-bed']));
}, 120_000);
