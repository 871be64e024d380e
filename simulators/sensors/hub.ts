import type { Random } from '../random.ts';
import type { Pace, Sensor } from './sensor.ts';

/** The box in the hall that speaks for the others: its sign of life, whether it has mains, and how well it hears the network. */
export const createHub = (random: Random, pace: Pace): Sensor => {
  const signal = random.integer(-78, -48);
  return {
    first: () => ({ online: true }),
    notice: () => null,
    regular: [
      { everyMs: pace.heartbeatSeconds * 1_000, channel: 'status', say: () => ({ online: true }) },
      {
        everyMs: pace.heartbeatSeconds * 5_000,
        channel: 'telemetry',
        say: () => ({ mains: true, signal: signal + random.integer(-3, 3) }),
      },
    ],
  };
};
