import { type Clock, type Instant, toRfc3339 } from '../domain/instant.ts';
import { alarmsOfRun, type RaisedAlarm } from './comparison.ts';
import type { GatewayApi } from './gateway-api.ts';

/** The alarms that came of one run on a gateway that may have others. */
export interface RunAlarms {
  /** What the run has brought about up to now. */
  read(): Promise<RaisedAlarm[]>;
}

/** Looks at what is open before the run begins, so that what was there already is not counted. Call it before anything is sent. */
export const beginRunAlarms = async (api: GatewayApi, clock: Clock): Promise<RunAlarms> => {
  const begun: Instant = clock.now();
  const before = await api.alarms({ open: 'true' });
  return {
    read: async () => {
      const [open, since] = await Promise.all([api.alarms({ open: 'true' }), api.alarms({ from: toRfc3339(begun) })]);
      return alarmsOfRun(before, [...open, ...since]);
    },
  };
};
