import TinyQueue from 'tinyqueue';
import type { Instant } from '../../domain/instant.ts';

/** Something that wants to be looked at when its time comes: a rule's subject or an alarm. */
export interface DueEntry {
  readonly at: Instant;
  readonly key: string;
}

/**
 * What is due, earliest first; equal instants in the order of their keys, so that the same history always decides the same way. Keeping an
 * old entry is cheap, removing one is not: each key remembers the one instant that counts, and entries that no longer match fall out when
 * they come up. A later instant than the entry already queued costs nothing until that entry comes up (a heartbeat moves a device's
 * deadline with every message).
 */
export const createDueQueue = () => {
  const queue = new TinyQueue<DueEntry>([], (a, b) => a.at - b.at || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const wanted = new Map<string, Instant>();
  const queued = new Map<string, Instant>();

  const enqueue = (key: string, at: Instant): void => {
    queue.push({ at, key });
    queued.set(key, at);
  };

  /** Drops or re-queues entries at the head until the head is one that counts. */
  const settleHead = (): DueEntry | undefined => {
    for (let head = queue.peek(); head !== undefined; head = queue.peek()) {
      const at = wanted.get(head.key);
      if (queued.get(head.key) !== head.at || at === undefined) {
        queue.pop();
        if (queued.get(head.key) === head.at) queued.delete(head.key);
      } else if (at > head.at) {
        queue.pop();
        enqueue(head.key, at);
      } else return head;
    }
    return undefined;
  };

  return {
    /** From now on `key` is due at `at`; null: not at all. */
    set(key: string, at: Instant | null): void {
      if (at === null) {
        wanted.delete(key);
        return;
      }
      wanted.set(key, at);
      const already = queued.get(key);
      if (already === undefined || at < already) enqueue(key, at);
    },
    /** The earliest instant at which anything is due. */
    next(): Instant | null {
      return settleHead()?.at ?? null;
    },
    /** Takes out the earliest entry that is due by `now`; it is no longer due until set again. */
    take(now: Instant): DueEntry | null {
      const head = settleHead();
      if (head === undefined || head.at > now) return null;
      queue.pop();
      queued.delete(head.key);
      wanted.delete(head.key);
      return head;
    },
    clear(): void {
      queue.data.length = 0;
      queue.length = 0;
      wanted.clear();
      queued.clear();
    },
  };
};
