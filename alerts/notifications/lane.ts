import TinyQueue from 'tinyqueue';

interface Job {
  readonly rank: number;
  readonly order: number;
  readonly run: () => Promise<void>;
  readonly drop: () => void;
}

/** Work towards one place: so much at once, the most urgent first, among equals the oldest first. */
export interface Lane {
  /** `run` must not throw. `drop` is called instead of `run` when the lane is closed first. */
  put(rank: number, run: () => Promise<void>, drop: () => void): void;
  readonly waiting: number;
  /** When nothing is under way and nothing waits. */
  idle(): Promise<void>;
  /** Drops what waits and takes nothing more; what is under way goes on. */
  close(): void;
}

export const createLane = (concurrency: number): Lane => {
  const queue = new TinyQueue<Job>([], (a, b) => a.rank - b.rank || a.order - b.order);
  let running = 0;
  let order = 0;
  let closed = false;
  let onIdle: (() => void)[] = [];

  const pump = (): void => {
    while (running < concurrency) {
      const job = queue.pop();
      if (job === undefined) break;
      running += 1;
      void job.run().finally(() => {
        running -= 1;
        pump();
      });
    }
    if (running === 0 && queue.length === 0) {
      for (const told of onIdle) told();
      onIdle = [];
    }
  };

  return {
    put: (rank, run, drop) => {
      if (closed) {
        drop();
        return;
      }
      order += 1;
      queue.push({ rank, order, run, drop });
      pump();
    },
    get waiting() {
      return queue.length;
    },
    idle: () => (running === 0 && queue.length === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
    close: () => {
      closed = true;
      for (let job = queue.pop(); job !== undefined; job = queue.pop()) job.drop();
    },
  };
};
