/** What a test server has received, and a way to wait for what it has not received yet. */
export interface Inbox<T> {
  readonly messages: readonly T[];
  /**
   * The first message that fits and was not yet given out by `next`, now or when it comes.
   * @throws Error when none has come after `timeoutMs` (10 s).
   */
  next(fits?: (message: T) => boolean, timeoutMs?: number): Promise<T>;
  /** Every message from now on, until the server stops. */
  [Symbol.asyncIterator](): AsyncIterator<T>;
}

export interface OpenInbox<T> extends Inbox<T> {
  put(message: T): void;
  close(): void;
}

interface Waiting<T> {
  readonly fits: (message: T) => boolean;
  readonly take: (message: T) => void;
  readonly end: (why: Error) => void;
}

export const createInbox = <T>(name: string): OpenInbox<T> => {
  const messages: T[] = [];
  const given = new Set<T>();
  const waiting = new Set<Waiting<T>>();
  const followers: (() => void)[] = [];
  let closed = false;

  const next = (fits: (message: T) => boolean = () => true, timeoutMs = 10_000): Promise<T> => {
    const there = messages.find((message) => !given.has(message) && fits(message));
    if (there !== undefined) {
      given.add(there);
      return Promise.resolve(there);
    }
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(waiter);
        reject(new Error(`${name}: nothing fitting came within ${timeoutMs} ms; ${messages.length} message(s) came in all`));
      }, timeoutMs);
      const waiter: Waiting<T> = {
        fits,
        take: (message) => {
          clearTimeout(timer);
          waiting.delete(waiter);
          given.add(message);
          resolve(message);
        },
        end: (why) => {
          clearTimeout(timer);
          waiting.delete(waiter);
          reject(why);
        },
      };
      waiting.add(waiter);
    });
  };

  return {
    messages,
    next,
    put: (message) => {
      messages.push(message);
      for (const waiter of waiting) {
        if (waiter.fits(message)) {
          waiter.take(message);
          break;
        }
      }
      for (const wake of followers.splice(0)) wake();
    },
    close: () => {
      closed = true;
      for (const waiter of waiting) waiter.end(new Error(`${name} was stopped`));
      for (const wake of followers.splice(0)) wake();
    },
    async *[Symbol.asyncIterator]() {
      for (let seen = messages.length; ; seen += 1) {
        while (messages.length <= seen) {
          if (closed) return;
          await new Promise<void>((resolve) => followers.push(resolve));
        }
        const message = messages[seen];
        if (message !== undefined) yield message;
      }
    },
  };
};
