import type { BedId } from '../../domain/ids.ts';
import type { Duration, Instant } from '../../domain/instant.ts';
import { alarmFigures, compareAlarms, mostReplayAlarms, type ReplayAlarm, type ReplayReport } from '../../domain/replay.ts';
import { instantOf, type ReplayItem } from './reorder.ts';
import { createReplay } from './replay.ts';
import type { ReplayWorld } from './replay-world.ts';

export interface ReplayRun {
  readonly world: ReplayWorld;
  /** The history, from some time before `from` on, so that rules know the hours before it. */
  readonly items: Iterable<ReplayItem>;
  /** Alarms raised in this time are reported; the end is outside. */
  readonly from: Instant;
  readonly to: Instant;
  /** Only alarms of these beds, and of their homes; null for all. */
  readonly beds: readonly BedId[] | null;
  readonly bedCount: number;
  readonly timeZone: string;
  readonly lateness?: Duration;
  /** What was really raised in that time; null when nothing could be. */
  readonly real: readonly ReplayAlarm[] | null;
  readonly remarks?: ReplayReport['remarks'];
  /** A clock for how long it took, in ms. */
  readonly monotonic: () => number;
  /** Told now and then how far it has come. @throws to end the replay */
  readonly onProgress?: (at: Instant, readings: number) => void;
}

/** Items between two words about the progress. */
const stepItems = 10_000;

/** Plays a history and says what would have been raised, beside what was. Pure but for the clock it is given. */
export const runReplay = (run: ReplayRun): ReplayReport => {
  const { world, from, to, beds, timeZone, real } = run;
  const startedAt = run.monotonic();
  const replay = createReplay({ world, ...(run.lateness === undefined ? {} : { lateness: run.lateness }) });
  let piece: ReplayItem[] = [];
  const playPiece = (): void => {
    replay.feed(piece);
    const last = piece.at(-1);
    if (last !== undefined) run.onProgress?.(instantOf(last), replay.progress().readings);
    piece = [];
  };
  for (const item of run.items) {
    piece.push(item);
    if (piece.length === stepItems) playPiece();
  }
  playPiece();
  replay.finish((to - 1) as Instant);

  const ours = ({ bed, raisedAt }: ReplayAlarm): boolean =>
    raisedAt >= from && raisedAt < to && (beds === null || bed === null || beds.includes(bed));
  const told = (alarms: readonly ReplayAlarm[]) => ({
    figures: alarmFigures(alarms, { from, to, beds: run.bedCount, timeZone }),
    alarms: alarms.slice(0, mostReplayAlarms),
    truncated: alarms.length > mostReplayAlarms,
  });
  const would = replay.alarms().filter(ours);
  const was = real?.filter(ours) ?? null;
  const { readings, tooLate, firstReadingAt } = replay.progress();
  return {
    from,
    to,
    timeZone,
    readings,
    tooLate,
    firstReadingAt,
    tookMs: run.monotonic() - startedAt,
    would: told(would),
    real: was === null ? null : told(was),
    comparison: was === null ? null : compareAlarms(would, was),
    remarks: [...(run.remarks ?? [])],
  };
};
