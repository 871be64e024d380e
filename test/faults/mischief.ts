import { setTimeout as pause } from 'node:timers/promises';
import type { HomeId } from '../../domain/ids.ts';
import type { Random } from '../../simulators/random.ts';
import type { Street } from '../../simulators/street.ts';
import { localCancelSeconds, type Plan, partOf } from './plan.ts';

/** People who press and fall, for as long as they are let. */
export interface Mischief {
  start(): void;
  /** Several homes press in one moment. */
  burst(): void;
  /** Nobody begins anything new; resolves when what was begun is acknowledged, or has had a minute for it. */
  stop(): Promise<void>;
}

/** How long the last calls may take to be acknowledged: devices that were cut off sign in again within seconds. */
const lastWordMs = 60_000;
/** Presses come every so often, somewhere. */
const pressEveryMs = [80, 400] as const;

export const createMischief = (options: { readonly plan: Plan; readonly street: Street; readonly random: Random }): Mischief => {
  const { plan, street } = options;
  const random = options.random.fork('mischief');
  const over = new AbortController();
  const waiting = new Map<string, () => void>();
  const running: Promise<void>[] = [];
  const homesOf = (...wanted: readonly string[]): HomeId[] =>
    plan.homes.flatMap((home, index) => (wanted.includes(partOf(index)) ? [home.id] : []));
  const pressers = homesOf('presses', 'leaves-bed');

  street.events.on('acknowledged', ({ id }) => {
    waiting.get(id)?.();
    waiting.delete(id);
  });
  const acknowledged = (id: string): Promise<void> =>
    new Promise((resolve) => {
      waiting.set(id, resolve);
    });
  const wait = async (ms: number): Promise<void> => {
    await pause(ms, undefined, { signal: over.signal }).catch(() => undefined);
  };

  const press = (): void => {
    const home = pressers[random.integer(0, pressers.length - 1)];
    if (home !== undefined) running.push(acknowledged(street.press(home)));
  };

  const pressing = async (): Promise<void> => {
    while (!over.signal.aborted) {
      press();
      await wait(random.between(...pressEveryMs));
    }
  };

  /** One fall after another, each with the sensor's all-clear behind it, so that each is a fall of its own. */
  const falling = async (home: HomeId, stage: 'suspected' | 'confirmed'): Promise<void> => {
    const own = random.fork(home);
    await wait(own.between(0, 2_000));
    while (!over.signal.aborted) {
      await acknowledged(street.fall(home, stage));
      await wait(localCancelSeconds * 1_000 + own.between(300, 2_500));
      await acknowledged(street.fall(home, 'cleared'));
      await wait(own.between(200, 1_500));
    }
  };

  return {
    start: () => {
      running.push(pressing());
      for (const home of homesOf('falls-confirmed')) running.push(falling(home, 'confirmed'));
      for (const home of homesOf('falls-suspected')) running.push(falling(home, 'suspected'));
    },
    burst: () => {
      for (let count = random.integer(1, 5); count > 0; count -= 1) press();
    },
    stop: async () => {
      over.abort();
      // A call that is never acknowledged is for the account to tell.
      await Promise.race([Promise.all(running), pause(lastWordMs, undefined, { ref: false })]);
    },
  };
};
