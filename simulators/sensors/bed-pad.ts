import type { Random } from '../random.ts';
import type { Pace, Sensor } from './sensor.ts';

const oneDecimal = (value: number): number => Math.round(value * 10) / 10;

/**
 * A pad under the mattress: somebody lies there or not; while somebody does, heart and breathing rate with the noise of a real pad, and
 * movement when the sleeper turns. Resting rates are each sleeper's own (heart 56–78, breathing 12–18 a minute).
 */
export const createBedPad = (random: Random, pace: Pace): Sensor => {
  const heart = random.between(56, 78);
  const breathing = random.between(12, 18);
  let restless = false;
  return {
    first: (_at, state) => ({ occupied: state.inBed }),
    notice: (event, state) => {
      if (event.type === 'lies-down') return { occupied: true };
      if (event.type === 'gets-up') return { occupied: false };
      if (event.type !== 'turns-over' || !state.inBed) return null;
      restless = true;
      return { motion: true };
    },
    regular: [
      {
        everyMs: pace.telemetrySeconds * 1_000,
        channel: 'telemetry',
        say: (_at, state) => {
          if (!state.inBed) return { occupied: false };
          const lift = restless ? 8 : 0;
          const moved = restless;
          restless = false;
          return {
            occupied: true,
            heartRate: Math.round(random.around(heart + lift, 2.5)),
            breathingRate: oneDecimal(random.around(breathing + lift / 4, 0.8)),
            ...(moved ? { motion: false } : {}),
          };
        },
      },
    ],
  };
};
