import type { Accept, InboundMessage } from '../../domain/inbound.ts';
import { type InboundBatch, packBatch } from './batch.ts';

/** How long a message waited from its packet to its commit, in milliseconds. */
export type ObserveWait = (ms: number) => void;

/** A turn may bring a thousand messages; they go on in pieces of this many, so that the keeper works on the first while the rest is still read. */
const mostGathered = 128;

interface Waiting {
  readonly done: () => void;
  readonly since: number;
}

/**
 * Between the broker and the keeper: gathers what one turn of the event loop brings into a batch, sends it, and lets each message's PUBACK
 * go, in order, once the keeper says that it is committed. Holds messages nowhere else: while the keeper commits nothing, nothing is
 * acknowledged, and the broker stops reading.
 */
export const createIntake = (send: (batch: InboundBatch) => void, monotonic: () => number, observe: ObserveWait) => {
  let gathered: InboundMessage[] = [];
  let waiting: Waiting[] = [];
  /** How many were acknowledged by the keeper so far, and how many entries of `waiting` are used up. */
  let acknowledged = 0;
  let used = 0;
  let scheduled = false;

  const flush = (): void => {
    if (gathered.length === 0) return;
    const batch = packBatch(gathered);
    gathered = [];
    send(batch);
  };

  const endTurn = (): void => {
    scheduled = false;
    flush();
  };

  const accept: Accept = (message, done) => {
    gathered.push(message);
    waiting.push({ done, since: monotonic() });
    if (gathered.length >= mostGathered) return flush();
    if (scheduled) return;
    scheduled = true;
    setImmediate(endTurn);
  };

  return {
    accept,
    /** Every message up to and including number `upTo`, counted from 1, is committed. */
    acknowledge(upTo: number): void {
      const now = monotonic();
      for (; acknowledged < upTo; acknowledged += 1) {
        const entry = waiting[used];
        used += 1;
        if (entry === undefined) return;
        observe(now - entry.since);
        entry.done();
      }
      // The used part is dropped now and then, not for every message.
      if (used > 1_024 && used * 2 > waiting.length) {
        waiting = waiting.slice(used);
        used = 0;
      }
    },
    /** Messages handed over and not committed yet. */
    pending: (): number => waiting.length - used,
  };
};
