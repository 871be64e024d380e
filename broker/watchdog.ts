import type { BrokerCounters } from './counters.ts';
import type { BrokerLimits } from './limits.ts';
import type { Link } from './link.ts';

/** At least four looks within the shortest limit, at most one a second: 20,000 connections take about a millisecond. */
const lookEveryMs = (limits: BrokerLimits): number =>
  Math.min(1_000, Math.max(20, Math.min(limits.connectTimeoutSeconds, limits.packetTimeoutSeconds) * 250));

/**
 * One ticker that ends connections which take too long: to CONNECT, to finish a packet, or to say anything at all. It stands in for a
 * timer on every connection, and gives a client that asked for no keep-alive (or a very long one) the broker's own limit.
 */
export const createWatchdog = (options: {
  readonly limits: BrokerLimits;
  readonly links: ReadonlySet<Link>;
  readonly counters: BrokerCounters;
  readonly monotonic: () => number;
  readonly ticked: () => void;
}) => {
  const { limits, links, counters } = options;
  let timer: NodeJS.Timeout | undefined;
  const connectMs = limits.connectTimeoutSeconds * 1_000;
  const packetMs = limits.packetTimeoutSeconds * 1_000;
  // A sign-in may be held back for being frequent; that is not the client's delay.
  const signInMs = connectMs + limits.maxHoldSeconds * 1_000;

  const look = (): void => {
    const now = options.monotonic();
    options.ticked();
    for (const link of links) {
      if (!link.registered) {
        if (now - link.openedAt <= (link.guard.connectSeen ? signInMs : connectMs)) continue;
        counters.count('connect-timeout');
        link.end('lost');
      } else if (link.partialSince !== null && now - link.partialSince > packetMs) {
        counters.count('cut-stalled');
        link.end('lost');
      } else if (link.acknowledgements.owed === 0 && now - link.lastHeardAt > link.idleLimitMs) {
        // While acknowledgements are owed it is the gateway that keeps the client waiting.
        counters.count('cut-keep-alive');
        link.end('keep-alive');
      }
    }
  };

  return {
    start(): void {
      timer = setInterval(look, lookEveryMs(limits));
    },
    stop(): void {
      clearInterval(timer);
    },
  };
};
