import type { Pace, Sensor } from './sensor.ts';

const stages = { falls: 'suspected', 'stays-down': 'confirmed', 'is-up-again': 'cleared', 'cancels-fall': 'cancel' } as const;

/** A fall radar on the wall, fed from the mains: it also sees whether somebody is in the room. */
export const createFallSensor = (pace: Pace): Sensor => ({
  first: (_at, state) => ({ presence: state.room === 'bedroom' }),
  notice: (event) => {
    if (event.type === 'moves') return { presence: event.room === 'bedroom' };
    const stage = Object.hasOwn(stages, event.type) ? stages[event.type as keyof typeof stages] : null;
    return stage === null ? null : { fall: stage };
  },
  regular: [
    {
      everyMs: pace.heartbeatSeconds * 5_000,
      channel: 'telemetry',
      say: (_at, state) => ({ presence: state.room === 'bedroom' }),
    },
  ],
});
