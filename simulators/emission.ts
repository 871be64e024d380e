import type { DeviceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Facts } from '../domain/reading.ts';
import type { SimDevice } from './home.ts';

/** Something a device says. Times are those of the simulated clock. */
export interface Saying {
  readonly type: 'say';
  /** When it goes out. */
  readonly at: Instant;
  /** When it happened; earlier than `at` when it was held up. */
  readonly happenedAt: Instant;
  readonly device: SimDevice;
  readonly channel: 'event' | 'telemetry' | 'status';
  readonly facts: Facts;
  /** What tells this event from a repeat of it. */
  readonly id: string;
  /** How wrong the device's clock is, in ms; 0 when right. */
  readonly clockErrorMs: number;
}

/** The home's line, or the power, goes or comes back. */
export interface LinkChange {
  readonly type: 'link';
  readonly at: Instant;
  readonly up: boolean;
  /** Only this device's connection; null is every connection of the home. */
  readonly device: DeviceId | null;
}

export type Emission = Saying | LinkChange;

/** True for a cry for help or the taking back of one: it is sent again and again until it is acknowledged. */
export const mustArrive = (saying: Saying): boolean => saying.facts.button !== undefined || saying.facts.fall !== undefined;

/** Joins sequences that are each in order of time into one that is. Of two at the same time the earlier source comes first. */
export function* inOrder<T extends { readonly at: Instant }>(...sources: readonly Iterable<T>[]): Generator<T, void, undefined> {
  const heads = sources.map((source) => {
    const iterator = source[Symbol.iterator]();
    return { iterator, next: iterator.next() };
  });
  for (;;) {
    let first: { head: (typeof heads)[number]; value: T } | null = null;
    for (const head of heads) {
      if (head.next.done !== true && (first === null || head.next.value.at < first.value.at)) first = { head, value: head.next.value };
    }
    if (first === null) return;
    first.head.next = first.head.iterator.next();
    yield first.value;
  }
}
