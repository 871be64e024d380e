import { batteryLowRule } from './battery-low.ts';
import { buttonRule } from './button.ts';
import { deviceOfflineRule } from './device-offline.ts';
import { fallRule } from './fall.ts';
import { outOfBedRule } from './out-of-bed.ts';
import type { Rule } from './rule.ts';

/**
 * Every rule, calls for help first. A state is only ever what the same rule's `initial`, `apply` or `stateSchema` gave, so the pipeline may
 * carry it without knowing its shape.
 */
export const rules: readonly Rule<unknown>[] = [buttonRule, fallRule, outOfBedRule, deviceOfflineRule, batteryLowRule];
