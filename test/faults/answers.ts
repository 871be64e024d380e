import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { GatewayProcess } from '../harness/gateway-process.ts';
import type { Random } from '../../simulators/random.ts';

/** One act over the API, asked again under the same Idempotency-Key until there was an answer. */
export interface Act {
  readonly key: string;
  readonly alarm: string;
  readonly type: 'acknowledge' | 'resolve' | 'note';
  /** How often it was sent. */
  readonly tries: number;
  /** The HTTP status of the answer; null when none ever came. */
  readonly status: number | null;
}

/** An operator who acknowledges, notes and resolves while the gateway dies under their hands. */
export interface Answers {
  start(): void;
  /** Ends the loop, the act under way included. */
  stop(): Promise<void>;
  /** Resolves everything that is open, until nothing is. Call after `stop`. */
  resolveAll(): Promise<void>;
  readonly acts: readonly Act[];
  /** An act is about to be sent. */
  readonly events: EventEmitter<{ act: [] }>;
}

const openSchema = z.object({
  items: z.array(
    z.object({ id: z.string(), calls: z.number(), lastCallAt: z.number(), state: z.object({ value: z.string(), since: z.number() }) }),
  ),
});
type Open = z.infer<typeof openSchema>['items'][number];

const againAfterMs = 60;

export const createAnswers = (options: { readonly gateway: GatewayProcess; readonly random: Random }): Answers => {
  const { gateway } = options;
  const random = options.random.fork('answers');
  const acts: Act[] = [];
  const events = new EventEmitter<{ act: [] }>();
  let over = false;
  let loop: Promise<void> = Promise.resolve();

  /** Asks until there is an answer that is the gateway's own word: a dead or dying process is asked again. */
  const ask = async (
    method: string,
    path: string,
    body: unknown,
    key: string | null,
  ): Promise<{ status: number; answer: unknown; tries: number }> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await fetch(`${gateway.addresses.http}${path}`, {
          method,
          headers: {
            authorization: `Bearer ${await gateway.token()}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(key === null ? {} : { 'idempotency-key': key }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(5_000),
        });
        const answer: unknown = await response.json();
        if (response.status < 500) return { status: response.status, answer, tries };
      } catch {
        // Nobody there, or cut off in the middle: the same key makes asking again safe.
      }
      await pause(againAfterMs);
    }
  };

  const act = async (alarm: string, type: Act['type']): Promise<void> => {
    const key = `act-${acts.length + 1}`;
    const bodies = {
      acknowledge: { type },
      note: { type, text: key },
      resolve: { type, disposition: { cause: 'test', outcome: 'no-action-needed' } },
    } as const;
    const place = acts.push({ key, alarm, type, tries: 0, status: null }) - 1;
    events.emit('act');
    const { status, tries } = await ask('POST', `/api/alarms/${alarm}/acts`, bodies[type], key);
    acts[place] = { key, alarm, type, tries, status };
  };

  const open = async (): Promise<readonly Open[]> => {
    const { status, answer } = await ask('GET', '/api/alarms?open=true&limit=200', undefined, null);
    if (status !== 200) throw new Error(`GET /api/alarms was answered ${status}`);
    return openSchema.parse(answer).items;
  };

  /** How long this alarm is left alone before somebody takes it, and before it is resolved, after its latest call. */
  const patience = (alarm: Open): { acknowledge: number; resolve: number } => {
    const own = random.fork(alarm.id, alarm.calls);
    const acknowledge = own.between(300, 9_000);
    return { acknowledge, resolve: acknowledge + own.between(200, 20_000) };
  };

  const run = async (): Promise<void> => {
    while (!over) {
      for (const alarm of await open()) {
        if (over) return;
        const waited = Date.now() - Math.max(alarm.lastCallAt, 0);
        const { acknowledge, resolve } = patience(alarm);
        if (alarm.state.value === 'acknowledged' && waited > resolve) await act(alarm.id, 'resolve');
        else if (alarm.state.value !== 'acknowledged' && waited > acknowledge) await act(alarm.id, 'acknowledge');
        else if (random.chance(0.03)) await act(alarm.id, 'note');
      }
      await pause(random.between(50, 250));
    }
  };

  return {
    start: () => {
      loop = run();
    },
    stop: async () => {
      over = true;
      await loop;
    },
    resolveAll: async () => {
      for (let left = await open(); left.length > 0; left = await open()) for (const { id } of left) await act(id, 'resolve');
    },
    acts,
    events,
  };
};
