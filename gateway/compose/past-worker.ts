import { Worker } from 'node:worker_threads';
import { type WhyAnswer, whyAnswerSchema } from '../../domain/explanation.ts';
import { CarebedFailure } from '../../domain/failure.ts';
import { type ReplayReport, replayReportSchema } from '../../domain/replay.ts';
import type { PastRules, ReplayProgress } from '../replay/question.ts';
import type { PastTask, PastWord } from './past-thread.ts';
import type { HeartbeatSeconds } from './stored-world.ts';

/** One replay at a time: it takes a whole core. A question why is short, and a few may run beside it. */
const mostAtOnce = { replay: 1, why: 3 } as const;
/** Memory of a thread, in MB: a report and the readings on their way fit many times over. */
const mostMemoryMb = 512;

/** Answers questions about the past, each in a thread of its own with its own read-only look at the store, so that nothing waits for it. */
export const createPastRules = (storePath: string, heartbeats: () => HeartbeatSeconds): PastRules & { stop(): Promise<void> } => {
  const workers = new Set<Worker>();
  const running = { replay: 0, why: 0 };

  const ask = (task: PastTask['ask'], onProgress: (progress: ReplayProgress) => void, signal: AbortSignal | null): Promise<unknown> => {
    if (running[task.type] >= mostAtOnce[task.type]) {
      return Promise.reject(new CarebedFailure('replay-busy', 'too many replays run already; try again in a moment', { status: 429 }));
    }
    running[task.type] += 1;
    const workerData: PastTask = { storePath, heartbeats: heartbeats(), ask: task };
    const worker = new Worker(new URL('./past-thread.ts', import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
    });
    workers.add(worker);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const cancelled = (): CarebedFailure => new CarebedFailure('replay-cancelled', 'the replay was ended', { status: 409 });
    signal?.addEventListener('abort', () => void worker.terminate(), { once: true });
    // The answer is there before the thread is gone; the next question need not wait for that.
    const over = (end: () => void): void => {
      if (workers.delete(worker)) running[task.type] -= 1;
      end();
    };
    worker.on('message', (word: PastWord) => {
      if (word.type === 'progress') onProgress(word.progress);
      else if (word.type === 'answer') over(() => resolve(word.answer));
      else over(() => reject(new CarebedFailure(word.code, word.message, { status: word.status })));
    });
    worker.on('error', (cause) => over(() => reject(new CarebedFailure('replay-failed', 'the replay came to a bad end', { cause }))));
    worker.on('exit', () => over(() => reject(cancelled())));
    return promise;
  };

  return {
    async replay(request, onProgress, signal): Promise<ReplayReport> {
      return replayReportSchema.parse(await ask({ type: 'replay', request }, onProgress, signal));
    },
    async why(question): Promise<WhyAnswer> {
      return whyAnswerSchema.parse(await ask({ type: 'why', question }, () => {}, null));
    },
    async stop() {
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
};
