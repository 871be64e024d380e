import type { Random } from '../random.ts';
import type { Pace, Sensor } from './sensor.ts';

/** The box in the hall that speaks for the others: its sign of life, and that it has mains. */
export const createHub = (random: Random, pace: Pace): Sensor => {
  const signal = random.integer(-78, -48);
  return {
    first: () => ({ online: true, mains: true }),
    notice: () => null,
    regular: [
      {
        everyMs: pace.heartbeatSeconds * 1_000,
        channel: 'status',
        say: () => ({ online: true, mains: true, signal: signal + random.integer(-3, 3) }),
      },
    ],
  };
};
