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
  const every = lookEveryMs(limits);
  let timer: NodeJS.Timeout | undefined;
  let time = 0;
  let lookedAt = options.monotonic();
  const connectMs = limits.connectTimeoutSeconds * 1_000;
  const packetMs = limits.packetTimeoutSeconds * 1_000;
  // A sign-in may be held back for being frequent; that is not the client's delay.
  const signInMs = connectMs + limits.maxHoldSeconds * 1_000;

  const look = (): void => {
    const now = options.monotonic();
    time += Math.min(now - lookedAt, 2 * every);
    lookedAt = now;
    options.ticked();
    for (const link of links) {
      if (link.stream.destroyed) continue;
      if (!link.registered) {
        if (time - link.openedAt <= (link.guard.connectSeen ? signInMs : connectMs)) continue;
        counters.count('connect-timeout');
        link.end('lost');
      } else if (link.partialSince !== null && time - link.partialSince > packetMs) {
        counters.count('cut-stalled');
        link.end('lost');
      } else if (link.acknowledgements.owed === 0 && time - link.lastHeardAt > link.idleLimitMs) {
        // While acknowledgements are owed it is the gateway that keeps the client waiting.
        counters.count('cut-keep-alive');
        link.end('keep-alive');
      }
    }
  };

  return {
    /**
     * The time, in ms, by which silence is measured. It moves on only as the loop turns and at most two looks' worth at once: what a client
     * said while the process stood still (a stopped machine, thousands signing in) is read before its silence is judged.
     */
    time: (): number => time,
    start(): void {
      lookedAt = options.monotonic();
      timer = setInterval(look, every);
    },
    stop(): void {
      clearInterval(timer);
    },
  };
};
