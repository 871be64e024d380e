import { setTimeout as pause } from 'node:timers/promises';

/** How long to wait and how often to look. */
export interface Patience {
  /** Milliseconds until giving up; 10,000 unless said otherwise. */
  readonly within?: number;
  /** Milliseconds between two looks; 20 unless said otherwise. */
  readonly every?: number;
  /** Told when giving up, to put what was there instead into the error. */
  readonly state?: () => unknown;
}

/**
 * Waits until `look` gives something other than undefined or false, and gives that back. For conditions outside the process
 * (another program's port, file or answer) that cannot be subscribed to. A throwing `look` counts as "not yet".
 * Throws after the deadline, saying what was waited for, the last error and the state.
 */
export async function waitFor<T>(
  what: string,
  look: () => T | Promise<T>,
  { within = 10_000, every = 20, state }: Patience = {},
): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + within;
  let last: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
      last = undefined;
    } catch (cause) {
      last = cause;
    }
    if (performance.now() >= deadline) throw tooLate(what, within, state, last);
    await pause(every);
  }
}

/** Subscribes to something; the function it gets is called with each thing that happens. It gives back how to unsubscribe. */
export type Subscribe<T> = (listener: (it: T) => void) => () => void;

/**
 * Waits for the first event for which `wanted` holds, and unsubscribes. Throws after the deadline, saying what was waited for
 * and how many others came.
 */
export function waitForEvent<T>(
  what: string,
  subscribe: Subscribe<T>,
  wanted: (it: T) => boolean,
  { within = 10_000, state }: Omit<Patience, 'every'> = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    let others = 0;
    let over = false;
    let unsubscribe = (): void => undefined;
    const end = (): void => {
      over = true;
      clearTimeout(timer);
      unsubscribe();
    };
    const timer = setTimeout(() => {
      end();
      reject(tooLate(`${what} (${others} other events came)`, within, state, undefined));
    }, within);
    unsubscribe = subscribe((it) => {
      if (over) return;
      if (!wanted(it)) {
        others += 1;
        return;
      }
      end();
      resolve(it);
    });
    // A subscription may deliver at once, before it has given back how to end it.
    if (over) unsubscribe();
  });
}

function tooLate(what: string, within: number, state: (() => unknown) | undefined, cause: unknown): Error {
  const seen = state === undefined ? '' : ` What was there: ${JSON.stringify(state())}.`;
  const last = cause instanceof Error ? ` Last error: ${cause.message}.` : '';
  return new Error(`Waited ${within} ms in vain for ${what}.${seen}${last}`, { cause });
}
