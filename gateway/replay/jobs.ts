import { CarebedFailure } from '../../domain/failure.ts';
import type { Clock, Instant } from '../../domain/instant.ts';
import type { ReplayReport } from '../../domain/replay.ts';
import type { PastRules, ReplayProgress, ReplayRequest } from './question.ts';

/** A replay that was asked for. */
export interface ReplayJob {
  readonly id: string;
  /** Whose it is: nobody else sees it. */
  readonly token: string;
  readonly request: ReplayRequest;
  readonly startedAt: Instant;
  state: 'running' | 'done' | 'failed';
  progress: ReplayProgress | null;
  report: ReplayReport | null;
  /** Why it failed. */
  failure: { readonly code: string; readonly message: string } | null;
}

/** So many are remembered, the newest; a restart forgets them all, for a replay can be asked for again. */
const mostRemembered = 20;

/** Replays that run in the background. They change nothing, so they are kept in memory alone. */
export const createReplayJobs = (past: PastRules, clock: Clock, newId: () => string) => {
  const jobs = new Map<string, { readonly job: ReplayJob; readonly abort: AbortController }>();

  const forgetOld = (): void => {
    for (const [id, { job }] of jobs) {
      if (jobs.size < mostRemembered) return;
      if (job.state !== 'running') jobs.delete(id);
    }
  };

  return {
    /** Begins one. */
    start(request: ReplayRequest, token: string): ReplayJob {
      forgetOld();
      if ([...jobs.values()].some(({ job }) => job.state === 'running')) {
        throw new CarebedFailure('replay-busy', 'another replay runs; wait for it or end it', { status: 429 });
      }
      const job: ReplayJob = {
        id: newId(),
        token,
        request,
        startedAt: clock.now(),
        state: 'running',
        progress: null,
        report: null,
        failure: null,
      };
      const abort = new AbortController();
      jobs.set(job.id, { job, abort });
      past
        .replay(request, (progress) => (job.progress = progress), abort.signal)
        .then(
          (report) => {
            job.state = 'done';
            job.report = report;
          },
          (error: unknown) => {
            job.state = 'failed';
            const code = error instanceof CarebedFailure ? error.code : 'replay-failed';
            job.failure = { code, message: error instanceof CarebedFailure ? error.message : 'the replay came to a bad end' };
          },
        );
      return job;
    },
    /** The caller's own replay; undefined when there is none of that id. */
    find(id: string, token: string): ReplayJob | undefined {
      const found = jobs.get(id)?.job;
      return found?.token === token ? found : undefined;
    },
    /** Ends and forgets the caller's replay. False when there is none of that id. */
    end(id: string, token: string): boolean {
      const found = jobs.get(id);
      if (found === undefined || found.job.token !== token) return false;
      found.abort.abort();
      jobs.delete(id);
      return true;
    },
  };
};
