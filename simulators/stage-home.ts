import type { Instant } from '../domain/instant.ts';
import type { Emission } from './emission.ts';
import { withFaults } from './faults.ts';
import { sayingsOf } from './home-life.ts';
import type { SimHome } from './home.ts';
import { createRandom } from './random.ts';
import type { Expectation, Scenario } from './scenarios/scenario.ts';
import type { Pace } from './sensors/sensor.ts';

export interface Staging {
  readonly scenario: Scenario;
  readonly seed: string | number;
  /** When it begins on the simulated clock. */
  readonly from: Instant;
  readonly speed: number;
  readonly pace: Pace;
  /** Starts every event id: another run needs another. */
  readonly run: string;
}

/**
 * Everything that leaves one home in a scenario, in order of time and without end, and what must come of it. Pure: the same home, index
 * and staging give the same emissions.
 */
export const stageHome = (
  home: SimHome,
  index: number,
  staging: Staging,
): { emissions: Iterable<Emission>; expects: readonly Expectation[] } => {
  const random = createRandom(`${staging.seed}/${home.id}`);
  const script = staging.scenario.script(home, index, { from: staging.from, random: random.fork('scenario'), speed: staging.speed });
  const said = sayingsOf({
    home,
    from: staging.from,
    state: script.state,
    resident: script.resident,
    random: random.fork('life'),
    pace: staging.pace,
    run: staging.run,
    batteryPercent: script.batteryPercent,
  });
  return { emissions: withFaults(said, script.faults, staging.from, random.fork('faults')), expects: script.expects };
};
