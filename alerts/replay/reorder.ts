import TinyQueue from 'tinyqueue';
import type { Duration, Instant } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';

/** Something that happened, in the order in which the rules must hear of it. */
export type ReplayItem =
  | { readonly type: 'reading'; readonly reading: Reading }
  /** The gateway did not listen from `from` to `to`. */
  | { readonly type: 'deaf'; readonly from: Instant; readonly to: Instant };

export const instantOf = (item: ReplayItem): Instant => (item.type === 'reading' ? item.reading.receivedAt : item.to);

const textOf = (item: ReplayItem): string =>
  item.type === 'reading' ? `${item.reading.device} ${item.reading.eventId ?? ''} ${JSON.stringify(item.reading.facts)}` : '';

/** One order for the same items, however they are handed over: by time, then by their place in the journal, then by what they say. */
export const inOrder = (a: ReplayItem, b: ReplayItem): number => {
  const byTime = instantOf(a) - instantOf(b);
  if (byTime !== 0) return byTime;
  if (a.type !== 'reading' || b.type !== 'reading') return Number(a.type === 'reading') - Number(b.type === 'reading');
  const bySeq = a.reading.seq - b.reading.seq;
  if (bySeq !== 0) return bySeq;
  const [first, second] = [textOf(a), textOf(b)];
  return first < second ? -1 : first > second ? 1 : 0;
};

/**
 * Puts a stream in order whose items come at most `lateness` late: each is held until nothing earlier can come any more. What comes later
 * than that is refused, for the rules have gone on.
 */
export const createReorder = (lateness: Duration) => {
  const held = new TinyQueue<ReplayItem>([], inOrder);
  let newest = -Infinity;
  let released = -Infinity;

  return {
    /** False: it came too late, and is left out. */
    take(item: ReplayItem): boolean {
      const at = instantOf(item);
      if (at < released) return false;
      held.push(item);
      if (at > newest) newest = at;
      return true;
    },
    /** The next item that nothing can come before any more; at the `end` of the stream, whatever is left. */
    next(end: boolean): ReplayItem | undefined {
      const head = held.peek();
      if (head === undefined) return undefined;
      const at = instantOf(head);
      if (!end && at >= newest - lateness) return undefined;
      released = at;
      return held.pop();
    },
  };
};
