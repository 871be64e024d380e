import type { Channel, Delivery, DeliveryResult } from '../../domain/notification.ts';

/** When receipts are asked for, counted from the try: often at first, then ever more rarely, for five minutes. */
export const receiptScheduleMs: readonly number[] = [
  2_000, 5_000, 10_000, 20_000, 30_000, 45_000, 60_000, 90_000, 120_000, 180_000, 300_000,
];

/** What is known before asking. */
export interface Following {
  readonly delivery: Delivery;
  readonly channel: Channel;
  readonly providerId: string | null;
  readonly known: 'accepted' | 'unknown';
}

export interface ReceiptFollower {
  /** Asks on the schedule until the answer is final, and tells each news once. */
  follow(following: Following): void;
  stop(): void;
  readonly following: number;
}

/**
 * Follows tries whose end is not known.
 * @param ask puts one question to a provider; never throws
 * @param onNews gets `accepted` when a doubtful try turns out to have been taken, then the end; a try that never left is a failure that may be
 *   tried again
 */
export const createReceiptFollower = (options: {
  readonly scheduleMs: readonly number[];
  readonly ask: (following: Following) => Promise<Awaited<ReturnType<NonNullable<Channel['receipt']>>>>;
  readonly onNews: (delivery: Delivery, result: DeliveryResult) => void;
}): ReceiptFollower => {
  const { scheduleMs, ask, onNews } = options;
  const timers = new Set<NodeJS.Timeout>();
  let following = 0;
  let stopped = false;

  const after = (from: Following, step: number): void => {
    const due = scheduleMs[step];
    if (due === undefined || stopped) {
      following -= 1;
      return;
    }
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        void look(from, step);
      },
      due - (scheduleMs[step - 1] ?? 0),
    );
    timers.add(timer);
  };

  const look = async (from: Following, step: number): Promise<void> => {
    const answer = await ask(from);
    if (stopped) return;
    if (answer.state === 'pending' || (answer.state === 'unknown' && from.known === 'unknown')) return after(from, step + 1);
    if (answer.state === 'accepted' || answer.state === 'unknown') {
      if (answer.state === 'accepted' && from.known === 'unknown') onNews(from.delivery, answer);
      return after({ ...from, known: 'accepted' }, step + 1);
    }
    following -= 1;
    if (answer.state === 'never-sent') {
      onNews(from.delivery, {
        state: 'failed',
        code: `${from.channel.name}-never-sent`,
        detail: 'the provider never got the message',
        retry: true,
        retryAfterMs: null,
      });
      return;
    }
    onNews(from.delivery, answer);
  };

  return {
    follow: (from) => {
      following += 1;
      after(from, 0);
    },
    stop: () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
    get following() {
      return following;
    },
  };
};
