import type { RuleName } from '../../domain/alarm.ts';
import { type Instant, instant } from '../../domain/instant.ts';
import { inOrder } from '../emission.ts';
import type { SimHome } from '../home.ts';
import { livesADay, stateAt } from '../life/day.ts';
import { type ResidentEvent, type ResidentState } from '../life/resident-event.ts';
import type { Expectation, SceneContext, Script } from './scenario.ts';

/** Something that the scenario makes the resident do, so many seconds after the start. */
export interface Act {
  readonly afterSeconds: number;
  readonly type: Exclude<ResidentEvent['type'], 'moves'>;
}

const eventOf = (from: Instant, act: Act): ResidentEvent => ({ at: instant(Math.round(from + act.afterSeconds * 1_000)), type: act.type });

const events = (from: Instant, acts: readonly Act[]): ResidentEvent[] =>
  acts.map((act) => eventOf(from, act)).toSorted((a, b) => a.at - b.at);

const asleep: ResidentState = { inBed: true, room: 'bedroom', doorOpen: false };

/** The ordinary day goes on, and in it the resident does these things. */
export const inTheDay = (context: SceneContext, acts: readonly Act[], rest: Partial<Script> = {}): Script => ({
  state: stateAt(context.from, context.random),
  resident: inOrder<ResidentEvent>(events(context.from, acts), livesADay(context.from, context.random)),
  faults: [],
  expects: [],
  batteryPercent: null,
  ...rest,
});

/** The resident lies in bed and does these things and nothing else. */
export const inBed = (context: SceneContext, acts: readonly Act[], rest: Partial<Script> = {}): Script => ({
  state: asleep,
  resident: events(context.from, acts),
  faults: [],
  expects: [],
  batteryPercent: null,
  ...rest,
});

/** One alarm of that rule in this home, holding so many calls. */
export const oneAlarm = (home: SimHome, rule: RuleName, calls = 1): Expectation => ({
  home: home.id,
  rule,
  stage: 'alarm',
  alarms: 1,
  calls,
});
