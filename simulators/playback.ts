import TinyQueue from 'tinyqueue';
import type { Clock, Instant } from '../domain/instant.ts';
import type { Emission } from './emission.ts';

export interface Track {
  readonly emissions: Iterator<Emission>;
  deliver(emission: Emission): void;
}

export interface PlaybackOptions {
  readonly tracks: readonly Track[];
  readonly clock: Clock;
  /** The wall-clock instant at which an emission is due. */
  readonly toWall: (at: Instant) => Instant;
  /** Emissions later than this are not played. */
  readonly until: Instant;
}

/** Plays many homes' emissions at their times with one timer, whatever the number of homes. */
export interface Playback {
  start(): void;
  stop(): void;
  /** Resolves when the last emission was played, or the playback was stopped. */
  readonly finished: Promise<void>;
  /** How far behind its times it was at worst, in ms: more than a few means the machine cannot keep this pace. */
  readonly worstLatenessMs: number;
}

const longestNapMs = 1_000;
/** After so many the sockets get their turn. */
const mostAtOnce = 250;

export const createPlayback = (options: PlaybackOptions): Playback => {
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  const due = new TinyQueue<{ at: Instant; emission: Emission; track: Track }>([], (a, b) => a.at - b.at);
  let timer: NodeJS.Timeout | null = null;
  let worstLatenessMs = 0;

  const queueNext = (track: Track): void => {
    const next = track.emissions.next();
    if (next.done !== true && next.value.at <= options.until) due.push({ at: options.toWall(next.value.at), emission: next.value, track });
  };
  const run = (): void => {
    const now = options.clock.now();
    let played = 0;
    for (let head = due.peek(); head !== undefined && head.at <= now && played < mostAtOnce; head = due.peek()) {
      played += 1;
      due.pop();
      worstLatenessMs = Math.max(worstLatenessMs, now - head.at);
      head.track.deliver(head.emission);
      queueNext(head.track);
    }
    const next = due.peek();
    if (next === undefined) resolve();
    else timer = setTimeout(run, Math.min(Math.max(next.at - options.clock.now(), 0), longestNapMs));
  };
  return {
    start: () => {
      for (const track of options.tracks) queueNext(track);
      run();
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      resolve();
    },
    finished,
    get worstLatenessMs() {
      return worstLatenessMs;
    },
  };
};
