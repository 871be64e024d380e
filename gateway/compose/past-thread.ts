import { parentPort, workerData } from 'node:worker_threads';
import { CarebedFailure } from '../../domain/failure.ts';
import type { ReplayProgress, ReplayRequest, WhyQuestion } from '../replay/question.ts';
import { openForReading } from '../store/open-store.ts';
import { replayStored, whyStored } from './past-rules.ts';
import { type HeartbeatSeconds, worldOf } from './stored-world.ts';

/** One question about the past, for a thread of its own: it may take all its time, and is ended by ending the thread. */
export interface PastTask {
  readonly storePath: string;
  readonly heartbeats: HeartbeatSeconds;
  readonly ask: { readonly type: 'replay'; readonly request: ReplayRequest } | { readonly type: 'why'; readonly question: WhyQuestion };
}
export type PastWord =
  | { readonly type: 'progress'; readonly progress: ReplayProgress }
  | { readonly type: 'answer'; readonly answer: unknown }
  | { readonly type: 'failed'; readonly code: string; readonly status: number; readonly message: string };

const answer = ({ storePath, heartbeats, ask }: PastTask, tell: (word: PastWord) => void): void => {
  const db = openForReading(storePath);
  try {
    const world = worldOf(db, heartbeats);
    const said =
      ask.type === 'replay'
        ? replayStored(db, world, ask.request, (progress) => tell({ type: 'progress', progress }))
        : whyStored(db, world, ask.question);
    tell({ type: 'answer', answer: said });
  } catch (error) {
    if (error instanceof CarebedFailure) tell({ type: 'failed', code: error.code, status: error.status, message: error.message });
    else
      tell({
        type: 'failed',
        code: 'replay-failed',
        status: 500,
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
  } finally {
    db.close();
  }
};

const port = parentPort;
if (port === null) throw new Error('past-thread.ts runs as a worker thread only');
answer(workerData as PastTask, (word) => port.postMessage(word));
