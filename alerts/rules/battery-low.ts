import { z } from 'zod';
import type { Rule, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const batteryLowStateSchema = z.strictObject({
  /** The percentage fell below the limit and has not come back far enough above it. */
  percentLow: z.boolean(),
  /** The device's own flag. */
  flagLow: z.boolean(),
  raised: z.boolean(),
});
export type BatteryLowState = z.infer<typeof batteryLowStateSchema>;

/**
 * A battery that fades, by its percentage or by the device's own flag: one signal, and one more when both are well again. The percentage
 * is well only `hysteresisPercent` above the limit (at 100 at the latest), so that a dithering one does not signal twice.
 */
export const batteryLowRule: Rule<BatteryLowState> = {
  name: 'battery-low',
  subject: 'device',
  reads: ['battery', 'batteryLow'],
  inactivity: false,
  initial: { percentLow: false, flagLow: false, raised: false },
  stateSchema: batteryLowStateSchema,
  sentence: ({ batteryLow: { enabled, belowPercent, hysteresisPercent } }, language) =>
    inWords(
      language,
      enabled,
      `设备电量低于 ${belowPercent}% 或设备自报电量低，就报设备故障；回到 ${Math.min(100, belowPercent + hysteresisPercent)}% 以上后解除。`,
      `Device alarm when its battery is below ${belowPercent} % or it says itself that it is low; over at ${Math.min(100, belowPercent + hysteresisPercent)} % or more.`,
    ),
  explain({ percentLow, flagLow, raised }) {
    const by = [...(percentLow ? ['percent'] : []), ...(flagLow ? ['flag'] : [])].join(', ');
    const point = by === '' ? ({ code: 'battery-well', numbers: {} } as const) : ({ code: 'battery-low', numbers: { by } } as const);
    return { standing: raised ? 'raised' : 'calm', since: null, points: [point] };
  },
  apply(state, input, context) {
    if (input.type !== 'reading') return { state, signals: [], wakeAt: null };
    const { reading } = input;
    const { battery, batteryLow } = reading.facts;
    const { enabled, belowPercent, hysteresisPercent } = context.numbers.batteryLow;
    const wellAt = Math.min(100, belowPercent + hysteresisPercent);

    const percentLow = battery === undefined ? state.percentLow : battery < belowPercent || (state.percentLow && battery < wellAt);
    const flagLow = batteryLow ?? state.flagLow;
    const low = percentLow || flagLow;
    const raised = low && (state.raised || enabled);
    if (percentLow === state.percentLow && flagLow === state.flagLow && raised === state.raised)
      return { state, signals: [], wakeAt: null };

    const signals: Signal[] = [];
    const about = { device: reading.device, since: reading.receivedAt };
    const measured = battery === undefined ? {} : { batteryPercent: battery };
    if (raised && !state.raised) {
      const numbers = { ...measured, ...(percentLow ? { belowPercent } : {}), ...(flagLow ? { saidByDevice: true } : {}) };
      signals.push({ type: 'raise', priority: 'technical', stage: 'alarm', reason: { code: 'battery-low', ...about, numbers } });
    }
    if (!raised && state.raised) signals.push({ type: 'return', reason: { code: 'battery-well', ...about, numbers: measured } });
    return { state: { percentLow, flagLow, raised }, signals, wakeAt: null };
  },
};
