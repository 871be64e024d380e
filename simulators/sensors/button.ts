import type { Battery } from './battery.ts';
import type { Pace, Sensor } from './sensor.ts';

/** An emergency button on the wall or round the neck. */
export const createButton = (battery: Battery, pace: Pace): Sensor => ({
  first: (at) => ({ battery: battery.levelAt(at) }),
  notice: (event) => {
    if (event.type === 'presses') return { button: 'press' };
    return event.type === 'takes-back' ? { button: 'cancel' } : null;
  },
  regular: [{ everyMs: pace.batterySeconds * 1_000, channel: 'telemetry', say: (at) => ({ battery: battery.levelAt(at) }) }],
});
