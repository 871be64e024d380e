import type { Room } from '../life/resident-event.ts';
import type { Battery } from './battery.ts';
import type { Pace, Sensor } from './sensor.ts';

/** An infrared motion sensor in one room: it says when somebody comes in, and when it has seen nobody since. */
export const createMotion = (room: Room, battery: Battery, pace: Pace): Sensor => {
  let seen = false;
  return {
    first: (at) => ({ motion: false, battery: battery.levelAt(at) }),
    notice: (event) => {
      if (event.type !== 'moves' || (event.room === room) === seen) return null;
      seen = event.room === room;
      return { motion: seen };
    },
    regular: [{ everyMs: pace.batterySeconds * 1_000, channel: 'telemetry', say: (at) => ({ battery: battery.levelAt(at) }) }],
  };
};
