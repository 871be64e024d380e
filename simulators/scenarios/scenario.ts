import type { RuleName } from '../../domain/alarm.ts';
import type { HomeId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Language } from '../../domain/language.ts';
import type { Fault } from '../faults.ts';
import type { SimHome } from '../home.ts';
import type { ResidentEvent, ResidentState } from '../life/resident-event.ts';
import type { Random } from '../random.ts';

/** What the gateway must have raised for one home when the scenario has run to its end. */
export interface Expectation {
  readonly home: HomeId;
  readonly rule: RuleName;
  /** How far it has come: a pre-alert may still be taken back by the condition itself. */
  readonly stage: 'pre-alert' | 'alarm';
  /** How many alarms of that rule. */
  readonly alarms: number;
  /** How many calls they hold together, at least; a second press joins the alarm that is open. */
  readonly calls: number;
}

/** What happens in one home. */
export interface Script {
  readonly state: ResidentState;
  readonly resident: Iterable<ResidentEvent>;
  readonly faults: readonly Fault[];
  readonly expects: readonly Expectation[];
  /** Batteries start at this level, in percent; null draws each by lot. */
  readonly batteryPercent: number | null;
}

export interface SceneContext {
  /** The instant at which the scenario begins, on the simulated clock. */
  readonly from: Instant;
  /** This home's own randomness. */
  readonly random: Random;
  /** How many simulated seconds pass in one of the gateway's; its waits do not run faster with the street. */
  readonly speed: number;
}

/** A named course of events with a stated end. */
export interface Scenario {
  readonly name: string;
  readonly text: Readonly<Record<Language, string>>;
  /** The street's wall clock when it begins, `HH:MM`; null begins now. */
  readonly startsAt: string | null;
  /** How long it takes, in simulated seconds. */
  readonly durationSeconds: number;
  script(home: SimHome, index: number, context: SceneContext): Script;
}
