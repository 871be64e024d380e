import { batteryLowRule } from './battery-low.ts';
import { breathingRateRule } from './breathing-rate.ts';
import { buttonRule } from './button.ts';
import { chatteringRule } from './chattering.ts';
import { clockWrongRule } from './clock-wrong.ts';
import { deviceOfflineRule } from './device-offline.ts';
import { fallRule } from './fall.ts';
import { gasRule } from './gas.ts';
import { heartRateRule } from './heart-rate.ts';
import { leakRule } from './leak.ts';
import { mainsLostRule } from './mains-lost.ts';
import { nightTripsRule } from './night-trips.ts';
import { noSignOfLifeRule } from './no-sign-of-life.ts';
import { notInBedByRule } from './not-in-bed-by.ts';
import { notUpByRule } from './not-up-by.ts';
import { noTurningRule } from './no-turning.ts';
import { outOfBedRule } from './out-of-bed.ts';
import { restlessRule } from './restless.ts';
import type { Rule } from './rule.ts';
import { smokeRule } from './smoke.ts';
import { staleRule } from './stale.ts';
import { tamperRule } from './tamper.ts';
import { wanderingRule } from './wandering.ts';

/**
 * Every rule, calls for help first. A state is only ever what the same rule's `initial`, `apply` or `stateSchema` gave, so the pipeline may
 * carry it without knowing its shape.
 */
export const rules: readonly Rule<unknown>[] = [
  buttonRule,
  fallRule,
  smokeRule,
  gasRule,
  leakRule,
  heartRateRule,
  breathingRateRule,
  noSignOfLifeRule,
  wanderingRule,
  outOfBedRule,
  notUpByRule,
  notInBedByRule,
  noTurningRule,
  restlessRule,
  nightTripsRule,
  deviceOfflineRule,
  batteryLowRule,
  mainsLostRule,
  tamperRule,
  chatteringRule,
  staleRule,
  clockWrongRule,
];
