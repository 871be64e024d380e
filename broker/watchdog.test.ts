import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BrokerLimitsInput, brokerLimitsSchema } from './limits.ts';
import { Link } from './link.ts';
import { createWatchdog } from './watchdog.ts';

const watch = (input: BrokerLimitsInput) => {
  const limits = brokerLimitsSchema.parse(input);
  const links = new Set<Link>();
  const counted: string[] = [];
  let still = 0;
  const monotonic = () => performance.now() + still;
  const watchdog = createWatchdog({ limits, links, counters: { count: (name) => counted.push(name) }, monotonic, ticked: () => {} });
  return {
    watchdog,
    counted,
    /** The process stands still for so many ms. */
    freeze: (ms: number) => {
      still += ms;
    },
    link: (signedIn: boolean) => {
      const link = new Link(new PassThrough(), limits, watchdog.time(), monotonic);
      link.registered = signedIn;
      links.add(link);
      link.stream.once('close', () => links.delete(link));
      return link;
    },
  };
};

describe('the watchdog', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('cuts what does not CONNECT in time, and no sooner', () => {
    const { watchdog, counted, link } = watch({ connectTimeoutSeconds: 5 });
    watchdog.start();
    const slow = link(false);
    vi.advanceTimersByTime(5_000);
    expect(slow.stream.destroyed).toBe(false);
    vi.advanceTimersByTime(1_100);
    expect(slow.stream.destroyed).toBe(true);
    expect(counted).toEqual(['connect-timeout']);
    watchdog.stop();
  });

  it('does not hold it against a client that the process stood still', () => {
    const { watchdog, link, freeze } = watch({ connectTimeoutSeconds: 5, maxKeepAliveSeconds: 10 });
    watchdog.start();
    const fresh = link(false);
    const quiet = link(true);
    freeze(3_600_000);
    vi.advanceTimersByTime(2_000);
    expect([fresh.stream.destroyed, quiet.stream.destroyed]).toEqual([false, false]);
    vi.advanceTimersByTime(20_000);
    expect([fresh.endReason, quiet.endReason]).toEqual(['lost', 'keep-alive']);
    watchdog.stop();
  });

  it('judges silence by the keep-alive asked for, times one and a half', () => {
    const { watchdog, counted, link } = watch({});
    watchdog.start();
    const quiet = link(true);
    quiet.idleLimitMs = 60 * 1_500;
    vi.advanceTimersByTime(90_000);
    expect(quiet.stream.destroyed).toBe(false);
    vi.advanceTimersByTime(2_000);
    expect(quiet.stream.destroyed).toBe(true);
    expect(counted).toEqual(['cut-keep-alive']);
    watchdog.stop();
  });

  it('leaves a client alone that is owed an acknowledgement', () => {
    const { watchdog, link } = watch({ maxKeepAliveSeconds: 10 });
    watchdog.start();
    const owed = link(true);
    const done = owed.acknowledgements.expect(() => {}, 0);
    vi.advanceTimersByTime(60_000);
    expect(owed.stream.destroyed).toBe(false);
    done();
    vi.advanceTimersByTime(2_000);
    expect(owed.endReason).toBe('keep-alive');
    watchdog.stop();
  });
});
