import type { Battery } from './battery.ts';
import type { Pace, Sensor } from './sensor.ts';

/** A magnet contact on the front door. */
export const createContact = (battery: Battery, pace: Pace): Sensor => ({
  first: (at, state) => ({ open: state.doorOpen, battery: battery.levelAt(at) }),
  notice: (event) => {
    if (event.type === 'opens-door') return { open: true };
    return event.type === 'closes-door' ? { open: false } : null;
  },
  regular: [
    {
      everyMs: pace.batterySeconds * 1_000,
      channel: 'telemetry',
      say: (at, state) => ({ open: state.doorOpen, battery: battery.levelAt(at) }),
    },
  ],
});
