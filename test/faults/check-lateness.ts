import type { Alarm, AlarmEvent } from '../../domain/alarm.ts';
import { counted, type Finding, promised } from './finding.ts';
import { levelSeconds, localCancelSeconds, outOfBedMinutes } from './plan.ts';
import type { StoreView } from './store-view.ts';

/** From a kill until the next run took up its work. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

/** The outages as the store knows their ends: a start that was itself killed may have left no run. */
export const outagesOf = (kills: readonly { readonly killedAt: number }[], runs: StoreView['runs']): readonly Outage[] =>
  kills.map(({ killedAt }) => ({
    from: killedAt,
    to: runs.find(({ startedAt }) => startedAt >= killedAt)?.startedAt ?? Number.POSITIVE_INFINITY,
  }));

/** Something that had an instant at which it was due. */
interface Due {
  readonly what: string;
  readonly at: number;
  readonly event: AlarmEvent | null;
  /** When it no longer had to be done, because somebody answered or it began anew; null: it had to be. */
  readonly until: number | null;
}

const numberIn = (event: AlarmEvent, name: string): number | null => {
  const value = event.data[name];
  return typeof value === 'number' ? value : null;
};

/** The levels after the first of each round that the log shows to have begun. */
const levelsOf = (alarm: Alarm, log: readonly AlarmEvent[]): readonly Due[] => {
  if (alarm.escalation?.policy.id !== 'default-high') return [];
  const levels = log.filter(({ type }) => type === 'level-told' || type === 'level-skipped');
  return levels
    .filter((event) => numberIn(event, 'level') === 0)
    .flatMap((first): Due[] => {
      const round = numberIn(first, 'round');
      const place = log.indexOf(first);
      // A pre-alert tells the first level only.
      const raised = log.slice(0, place + 1).findLast(({ type }) => type === 'raised' || type === 'priority-raised');
      if (raised?.data['stage'] === 'pre-alert') return [];
      const end = log
        .slice(place + 1)
        .find(
          (event) =>
            event.type === 'acknowledged' ||
            event.type === 'closed' ||
            (numberIn(event, 'level') === 0 && numberIn(event, 'round') !== round),
        );
      return levelSeconds.slice(1).map((seconds, index): Due => {
        const event = levels.find((other) => numberIn(other, 'round') === round && numberIn(other, 'level') === index + 1) ?? null;
        return { what: `${alarm.id} round ${round} level ${index + 1}`, at: first.at + seconds * 1_000, event, until: end?.at ?? null };
      });
    });
};

/** What rules raise by the clock: a suspected fall that nobody took back, a bed that stayed empty. */
const raisedByTime = (alarm: Alarm, log: readonly AlarmEvent[]): readonly Due[] =>
  log.flatMap((event): Due[] => {
    const reason = event.data['reason'] as { code?: string; since?: number } | undefined;
    if (typeof reason?.since !== 'number') return [];
    const wait =
      reason.code === 'fall-not-cancelled'
        ? localCancelSeconds * 1_000
        : reason.code === 'out-of-bed-too-long'
          ? outOfBedMinutes * 60_000
          : null;
    return wait === null ? [] : [{ what: `${alarm.id} ${reason.code}`, at: reason.since + wait, event, until: null }];
  });

/** A timer on a busy machine may be this late, and an answer may overtake it by as much. */
const slackMs = 1_500;
/** From the beginning of the first pass to its end, on a machine where many things start at once. */
const firstPassMs = 15_000;

/** What fell due while nobody was up was done at once after the restart and says how late it is; nothing due was forgotten. */
export const checkLateness = (store: StoreView, outages: readonly Outage[]): readonly Finding[] => {
  const dues = store.alarms.flatMap(({ alarm, log }) => [...levelsOf(alarm, log), ...raisedByTime(alarm, log)]);
  const outageOf = (due: Due): Outage | undefined => outages.find(({ from, to }) => due.at > from && due.at < to);
  const whileDown = dues.filter((due) => outageOf(due) !== undefined && due.event !== null && due.event.at >= due.at);
  const lates = whileDown.map(({ event }) => event?.lateMs ?? 0).toSorted((a, b) => a - b);
  return [
    promised('fell due while down, each done after the restart and marked late', whileDown, ({ what, at, event }) => {
      const late = (event?.at ?? 0) - at;
      return late > 0 && event?.lateMs === late ? null : `${what} was due ${late} ms before it was done and says ${event?.lateMs} ms`;
    }),
    promised('of them, done at once when the gateway was back', whileDown, (due) => {
      const waited = (due.event?.at ?? 0) - (outageOf(due)?.to ?? 0);
      return waited <= firstPassMs ? null : `${due.what} was done ${waited} ms after the restart`;
    }),
    counted('the latest of them, ms', lates.at(-1) ?? 0),
    counted(
      'the longest from a restart to the last of them, ms',
      Math.max(0, ...whileDown.map((due) => (due.event?.at ?? 0) - (outageOf(due)?.to ?? 0))),
    ),
    promised('due things that were done, or no longer had to be', dues, ({ what, at, event, until }) =>
      event !== null || (until !== null && until <= at + slackMs) ? null : `${what} was due and never done`,
    ),
    promised(
      'nothing happened while it was down',
      store.alarms.flatMap(({ alarm, log }) => log.map((event) => ({ alarm, event }))),
      ({ alarm, event }) =>
        outages.some(({ from, to }) => event.at > from + 5 && event.at < to) ? `${alarm.id} ${event.type} at ${event.at}` : null,
    ),
  ];
};

/** Every bed that was left and stayed empty for the whole wait has its one alarm. */
export const checkBeds = (store: StoreView, now: number): readonly Finding[] => {
  const pads = Map.groupBy(
    store.readings.filter(({ bed, facts }) => bed !== null && facts.occupied !== undefined),
    ({ bed }) => bed,
  );
  const left = [...pads].flatMap(([bed, readings]) => {
    const first = readings.findIndex(({ facts }) => facts.occupied === true);
    const leaving = readings.slice(first + 1).find(({ facts }) => facts.occupied === false);
    return first === -1 || leaving === undefined ? [] : [{ bed, since: leaving.receivedAt }];
  });
  const due = left.filter(({ since }) => since + outOfBedMinutes * 60_000 + slackMs < now);
  return [
    counted('beds left', left.length),
    promised('beds left for the whole wait, each with one alarm', due, ({ bed, since }) => {
      const raised = store.alarms
        .filter(({ alarm }) => alarm.rule === 'out-of-bed' && alarm.bed === bed)
        .flatMap(({ log }) => log.filter(({ type }) => type === 'raised'));
      const [only] = raised;
      if (raised.length !== 1 || only === undefined) return `${bed} has ${raised.length} alarms`;
      const at = only.at - only.lateMs;
      return Math.abs(at - since - outOfBedMinutes * 60_000) <= slackMs ? null : `${bed} was left at ${since} and raised for ${at}`;
    }),
  ];
};
