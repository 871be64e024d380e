import type { Worker } from 'node:worker_threads';
import { CarebedFailure } from '../../domain/failure.ts';
import type { Delivery, DeliveryResult } from '../../domain/notification.ts';
import type { InboundBatch } from '../intake/batch.ts';
import type { CommandAnswer, Keeper } from './command.ts';
import type { Claim, FromKeeper, ToKeeper } from './port.ts';

/** What the keeper tells the rest of the gateway by itself. */
export type KeeperNews = Exclude<FromKeeper, { type: 'ready' | 'failed' | 'answer' | 'done' | 'refused' | 'stopped' }>;

export interface KeeperClient extends Keeper {
  /** Resolves when the keeper has brought everything back. @throws CarebedFailure with the keeper's own code when it could not. */
  ready(): Promise<void>;
  /** The rest of the gateway stands: from now on what is due is done and messages are handed over. */
  begin(linkPrefix: string): void;
  inbound(batch: InboundBatch): void;
  delivered(delivery: Pick<Delivery, 'notification' | 'attempt'>, result: DeliveryResult): void;
  saveCursor(name: string, position: number): Promise<void>;
  rejectRow(device: string, seq: number, detail: string): Promise<void>;
  prune(): void;
  /** The folder of device models has changed. */
  reloadModels(): void;
  /** Resolves true when it is committed that this message may have been sent from now on; false when nobody needs it any more. */
  leave(delivery: Pick<Delivery, 'notification' | 'attempt'>): Promise<boolean>;
  /** Hands nothing over any more; everything handed over before has been told by the time this resolves. */
  hold(): Promise<void>;
  /** After `hold`: these were never handed to a channel, and go out afresh after the next start. */
  giveBack(deliveries: readonly Claim[]): Promise<void>;
  /** Commits what is there, closes the store and ends the thread. */
  stop(): Promise<void>;
}

/** The main thread's end of the keeper. `onNews` gets what it tells, in order; `onDeath` is called when the thread ends without being asked, once it was ready. */
export const createKeeperClient = (worker: Worker, onNews: (news: KeeperNews) => void, onDeath: (error: Error) => void): KeeperClient => {
  const waiting = new Map<number, { resolve: (answer: CommandAnswer) => void; reject: (error: Error) => void }>();
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  // Whoever waits gets the failure; an unwatched promise must not end the process before that.
  ready.promise.catch(() => {});
  let lastId = 0;
  let stopping = false;
  let stood = false;
  let dead: Error | null = null;

  const die = (error: Error): void => {
    if (dead !== null) return;
    dead = error;
    ready.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    ended.resolve();
    // One that never stood is told to whoever awaits `ready`, who knows what to do with it.
    if (stood && !stopping) onDeath(error);
  };

  const settle = (id: number, how: (asker: { resolve: (answer: CommandAnswer) => void; reject: (error: Error) => void }) => void): void => {
    const asker = waiting.get(id);
    waiting.delete(id);
    if (asker !== undefined) how(asker);
  };

  worker.on('message', (message: FromKeeper) => {
    switch (message.type) {
      case 'ready':
        stood = true;
        return ready.resolve();
      case 'failed':
        return die(new CarebedFailure(message.code, message.message));
      case 'answer':
        return settle(message.id, (asker) => asker.resolve(message.answer));
      case 'done':
        return settle(message.id, (asker) => asker.resolve({ ok: true }));
      case 'refused':
        return settle(message.id, (asker) => asker.reject(new CarebedFailure(message.code, message.message, { status: message.status })));
      case 'stopped':
        return ended.resolve();
      case 'acknowledged':
      case 'copied':
      case 'deliver':
      case 'events':
      case 'lateness':
      case 'records-changed':
      case 'trouble':
        return onNews(message);
    }
  });
  worker.on('error', die);
  worker.on('exit', () => die(new CarebedFailure('keeper-stopped', 'the keeper thread has stopped', { status: 503 })));

  const post = (message: ToKeeper): void => worker.postMessage(message);
  const ask = (make: (id: number) => ToKeeper): Promise<CommandAnswer> => {
    if (dead !== null) return Promise.reject(dead);
    lastId += 1;
    const id = lastId;
    const { promise, resolve, reject } = Promise.withResolvers<CommandAnswer>();
    waiting.set(id, { resolve, reject });
    post(make(id));
    return promise;
  };
  const done = async (make: (id: number) => ToKeeper): Promise<void> => {
    await ask(make);
  };

  return {
    ready: () => ready.promise,
    execute: (command, context) => ask((id) => ({ type: 'command', id, command, context })),
    backup: (path) => done((id) => ({ type: 'backup', id, path })),
    begin: (linkPrefix) => post({ type: 'begin', linkPrefix }),
    inbound: (batch) => worker.postMessage({ type: 'inbound', batch } satisfies ToKeeper, [batch.payloads.buffer as ArrayBuffer]),
    delivered: (delivery, result) =>
      post({ type: 'delivered', delivery: { notification: delivery.notification, attempt: delivery.attempt }, result }),
    saveCursor: (name, position) => done((id) => ({ type: 'cursor', id, name, position })),
    rejectRow: (device, seq, detail) => done((id) => ({ type: 'reject-row', id, device, seq, detail })),
    reloadModels: () => post({ type: 'reload-models' }),
    prune: () => post({ type: 'prune' }),
    leave: async ({ notification, attempt }) => (await ask((id) => ({ type: 'leave', id, notification, attempt }))).ok,
    hold: () => done((id) => ({ type: 'hold', id })),
    giveBack: (deliveries) => {
      const claims = deliveries.map(({ notification, attempt, mayHaveBeenSent }) => ({ notification, attempt, mayHaveBeenSent }));
      return done((id) => ({ type: 'give-back', id, claims }));
    },
    stop: async () => {
      stopping = true;
      if (dead === null) post({ type: 'stop' });
      await ended.promise;
      await worker.terminate();
    },
  };
};
