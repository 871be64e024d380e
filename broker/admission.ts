import type { Socket } from 'node:net';
import type { BrokerContext } from './context.ts';

/** Decides over a connection before it has said a word: how many there may be, and how many new ones from one address. */
export const createAdmission = (context: BrokerContext) => {
  const { limits, counters, clock } = context;
  const newFrom = new Map<string, { since: number; count: number }>();
  let open = 0;

  const tooFast = (address: string, most: number): boolean => {
    const now = clock.monotonic();
    const seen = newFrom.get(address);
    if (seen === undefined || now - seen.since >= 1_000) {
      newFrom.set(address, { since: now, count: 1 });
      return false;
    }
    seen.count += 1;
    return seen.count > most;
  };

  return {
    /** False: close it. */
    admit(socket: Socket): boolean {
      if (context.stopping) return false;
      if (open >= limits.maxConnections) {
        counters.count('refused-full');
        return false;
      }
      const most = limits.maxConnectionsPerAddressPerSecond;
      if (most !== null && tooFast(socket.remoteAddress ?? '', most)) {
        counters.count('refused-address-rate');
        return false;
      }
      open += 1;
      socket.once('close', () => {
        open -= 1;
      });
      counters.count('connections');
      return true;
    },
    /** Called about once a second: forgets addresses that were quiet. */
    forget(): void {
      const before = clock.monotonic() - 1_000;
      for (const [address, { since }] of newFrom) if (since < before) newFrom.delete(address);
    },
  };
};
