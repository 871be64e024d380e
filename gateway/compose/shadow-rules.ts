import { createReplay, type KeptReplay } from '../../alerts/replay/replay.ts';
import { createReplayWorld } from '../../alerts/replay/replay-world.ts';
import type { KeptWorld } from '../keeper/world.ts';
import type { StartShadowRules } from '../shadow/shadow-rules.ts';

/** Shadow rules are a replay that never ends: other numbers, the same history, and nobody to be told. */
export const shadowRulesOn =
  (world: KeptWorld): StartShadowRules =>
  ({ numbersOf, state, lastAlarm, onAlarm }) => {
    const replay = createReplay({ world: createReplayWorld(world, { numbersOf }), onAlarm });
    // What the store holds was written from `kept` by this very code.
    replay.load(state === null ? { ruleStates: [], openAlarms: [], lastAlarm } : (state as KeptReplay));
    return { feed: replay.feed, finish: replay.finish, kept: replay.kept };
  };
