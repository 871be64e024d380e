import type { Client } from 'aedes';
import type { DeviceId } from '../domain/ids.ts';
import type { Clock } from '../domain/instant.ts';
import type { BrokerCounters } from './counters.ts';
import type { Accept } from './inbound.ts';
import type { BrokerLimits } from './limits.ts';
import type { Link } from './link.ts';
import { Pace } from './pace.ts';

/** How often one device may do something; kept over its connections, so that reconnecting buys nothing. */
interface DevicePace {
  readonly messages: Pace;
  readonly signIns: Pace;
}

/** What the parts of the broker share. */
export interface BrokerContext {
  readonly limits: BrokerLimits;
  readonly clock: Clock;
  readonly counters: BrokerCounters;
  readonly accept: Accept;
  /** Every open connection, signed in or not. */
  readonly links: Set<Link>;
  readonly linkOf: WeakMap<Client, Link>;
  /** The one connection of each device that is signed in. */
  readonly current: Map<DeviceId, Link>;
  paceOf(device: DeviceId): DevicePace;
  /** From here on nothing is read, and nobody's leaving is news. */
  stopping: boolean;
}

export const createContext = (options: { limits: BrokerLimits; clock: Clock; counters: BrokerCounters; accept: Accept }): BrokerContext => {
  const { limits } = options;
  const paces = new Map<DeviceId, DevicePace>();
  const holdMs = limits.maxHoldSeconds * 1_000;
  return {
    ...options,
    links: new Set(),
    linkOf: new WeakMap(),
    current: new Map(),
    stopping: false,
    paceOf(device) {
      let pace = paces.get(device);
      if (pace === undefined) {
        pace = {
          messages: new Pace(1_000 / limits.messagesPerSecond, limits.messageBurst, holdMs),
          signIns: new Pace(60_000 / limits.connectsPerMinute, limits.connectsPerMinute, holdMs),
        };
        paces.set(device, pace);
      }
      return pace;
    },
  };
};
