import { CarebedFailure } from '../../domain/failure.ts';
import { buttonPress } from './button-press.ts';
import { chatteringPad } from './chattering-pad.ts';
import { fallCancelled } from './fall-cancelled.ts';
import { fallConfirmed } from './fall-confirmed.ts';
import { flappingHub } from './flapping-hub.ts';
import { longLie } from './long-lie.ts';
import { lowBattery } from './low-battery.ts';
import { mixedStreet } from './mixed-street.ts';
import { oldPressAgain } from './old-press-again.ts';
import { ordinaryDay } from './ordinary-day.ts';
import { outOfBed } from './out-of-bed.ts';
import { powerCut } from './power-cut.ts';
import { quietNight } from './quiet-night.ts';
import type { Scenario } from './scenario.ts';
import { secondPress } from './second-press.ts';

/** Every scenario there is. */
export const scenarios: readonly Scenario[] = [
  quietNight,
  ordinaryDay,
  buttonPress,
  secondPress,
  oldPressAgain,
  fallCancelled,
  fallConfirmed,
  longLie,
  outOfBed,
  powerCut,
  flappingHub,
  lowBattery,
  chatteringPad,
  mixedStreet,
];

/**
 * The scenario of that name.
 * @throws CarebedFailure `scenario-unknown`, with the names there are.
 */
export const scenarioNamed = (name: string): Scenario => {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  throw new CarebedFailure('scenario-unknown', `there is no scenario "${name}"; there are: ${scenarios.map((s) => s.name).join(', ')}`, {
    status: 400,
  });
};
