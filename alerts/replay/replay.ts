import { type Alarm, isCallRule } from '../../domain/alarm.ts';
import type { RuleStateRecord } from '../../domain/changes.ts';
import { CarebedFailure } from '../../domain/failure.ts';
import type { AlarmId } from '../../domain/ids.ts';
import { after, type Duration, hours, type Instant, milliseconds } from '../../domain/instant.ts';
import type { ReplayAlarm } from '../../domain/replay.ts';
import { createDueQueue } from '../pipeline/due-queue.ts';
import { createPipeline } from '../pipeline/pipeline.ts';
import type { Rule } from '../rules/rule.ts';
import { createAlarmNotes } from './alarm-notes.ts';
import { createReorder, instantOf, type ReplayItem } from './reorder.ts';
import type { ReplayWorld } from './replay-world.ts';

/**
 * In a replay nobody answers, so a call for help would stay open for ever and swallow every later one as a further call of the same alarm.
 * It is closed this long after its last call (judgement; longer than a long lie, so that one is still seen).
 */
const callIsOverAfter = hours(3);
/** So many things due at one instant are a rule that asks to be woken for ever. */
const mostWakesAtOnce = 100_000;

/** Where a replay stands, to go on from there in another process. */
export interface KeptReplay {
  readonly ruleStates: readonly RuleStateRecord[];
  readonly openAlarms: readonly { readonly alarm: Alarm; readonly note: ReplayAlarm }[];
  readonly lastAlarm: number;
}

export interface ReplayOptions {
  readonly world: ReplayWorld;
  readonly rules?: readonly Rule<unknown>[];
  /** How late an item may come after a later one; 0 for a history that is in order. */
  readonly lateness?: Duration;
  /** An alarm's note is new or has changed. Who listens here keeps the notes: those of closed alarms are forgotten. */
  readonly onAlarm?: (id: AlarmId, note: ReplayAlarm, alarm: Alarm) => void;
}

/**
 * The rules and alarms of the gateway over a history at full speed, with its own time: between two items everything happens at the very
 * instant at which it is due. What is due at the instant of an item comes after it, as in the gateway, which commits a reading before it
 * looks at its waits. Nobody is told of anything.
 *
 * A fault of a rule ends the replay: it throws what the rule threw.
 */
export const createReplay = ({ world, rules, lateness = milliseconds(0), onAlarm }: ReplayOptions) => {
  const pipeline = createPipeline({
    world,
    ...(rules === undefined ? {} : { rules }),
    onFault: (key, cause) => {
      throw new CarebedFailure('replay-rule-failed', `a rule failed in the replay: ${key}`, { cause });
    },
  });
  const notes = createAlarmNotes();
  const reorder = createReorder(lateness);
  const ends = createDueQueue();
  const ruleStates = new Map<string, RuleStateRecord>();
  const open = new Map<AlarmId, Alarm>();
  let lastAlarm = 0;
  let readings = 0;
  let tooLate = 0;
  let firstReadingAt: Instant | null = null;

  const close = (alarm: Alarm, now: Instant): void => {
    const disposition = { cause: 'unknown', outcome: 'no-action-needed', note: '' } as const;
    pipeline.act(alarm, { type: 'resolve', disposition }, { type: 'token', token: 'replay' }, now);
  };

  /** Takes in what the pipeline changed, and plays the person who closes what has returned. */
  const settle = (now: Instant): void => {
    for (let more = true; more; ) {
      const changes = pipeline.drain();
      for (const record of changes.ruleStates) ruleStates.set(`${record.rule} ${record.subject}`, record);
      const changed = notes.take(changes);
      more = false;
      for (const alarm of changes.alarms) {
        lastAlarm = Math.max(lastAlarm, Number(alarm.id.slice('alarm-'.length)));
        if (alarm.state.value === 'closed') {
          open.delete(alarm.id);
          ends.set(alarm.id, null);
          continue;
        }
        open.set(alarm.id, alarm);
        if (isCallRule(alarm.rule)) ends.set(alarm.id, after(alarm.lastCallAt, callIsOverAfter));
        if (alarm.state.value === 'returned-unacknowledged') {
          close(alarm, now);
          more = true;
        }
      }
      for (const id of changed) {
        const [note, alarm] = [notes.note(id), changes.alarms.find((each) => each.id === id)];
        if (onAlarm === undefined || note === undefined || alarm === undefined) continue;
        onAlarm(id, note, alarm);
        if (alarm.state.value === 'closed') notes.forget(id);
      }
    }
  };

  /** Does everything that is due before `until` (or at it, when `inclusive`), each at its own instant. */
  const passTo = (until: Instant, inclusive: boolean): void => {
    let atOnce = 0;
    let last: Instant | null = null;
    for (;;) {
      const [wake, end] = [pipeline.nextDueAt(), ends.next()];
      const now = wake === null || (end !== null && end < wake) ? end : wake;
      if (now === null || now > until || (now === until && !inclusive)) break;
      atOnce = now === last ? atOnce + 1 : 0;
      last = now;
      if (atOnce > mostWakesAtOnce) throw new CarebedFailure('replay-stuck', 'a rule asks to be woken at one instant for ever');
      world.passTo(now);
      if (now === wake) pipeline.wake(now, 1);
      else {
        const alarm = open.get((ends.take(now)?.key ?? '') as AlarmId);
        if (alarm !== undefined) close(alarm, now);
      }
      settle(now);
    }
    world.passTo(until);
  };

  const play = (item: ReplayItem): void => {
    const now = instantOf(item);
    passTo(now, false);
    if (item.type === 'deaf') pipeline.deaf(item.from, item.to);
    else {
      readings += 1;
      firstReadingAt ??= item.reading.receivedAt;
      pipeline.reading(item.reading, now);
    }
    settle(now);
  };

  return {
    /** Goes on from where another replay stood. Only before the first item. */
    load(kept: KeptReplay): void {
      pipeline.load({ ...kept, openAlarms: kept.openAlarms.map(({ alarm }) => alarm) });
      lastAlarm = kept.lastAlarm;
      for (const record of kept.ruleStates) ruleStates.set(`${record.rule} ${record.subject}`, record);
      for (const { alarm, note } of kept.openAlarms) {
        open.set(alarm.id, alarm);
        notes.load(alarm.id, note);
        if (isCallRule(alarm.rule)) ends.set(alarm.id, after(alarm.lastCallAt, callIsOverAfter));
      }
    },
    /** Takes in the next items, of any number, out of order by the allowed lateness at most. */
    feed(items: Iterable<ReplayItem>): void {
      for (const item of items) {
        if (!reorder.take(item)) tooLate += 1;
        for (let next = reorder.next(false); next !== undefined; next = reorder.next(false)) play(next);
      }
    },
    /** The history ends here: what was held back is played, and everything due by `until`. Goes on from there when fed again. */
    finish(until: Instant): void {
      for (let next = reorder.next(true); next !== undefined; next = reorder.next(true)) play(next);
      passTo(until, true);
    },
    /** Where it stands. Complete only after {@link finish}: what is held back for its order is not in it. */
    kept: (): KeptReplay => ({
      ruleStates: [...ruleStates.values()],
      openAlarms: [...open.values()].flatMap((alarm) => {
        const note = notes.note(alarm.id);
        return note === undefined ? [] : [{ alarm, note }];
      }),
      lastAlarm,
    }),
    /** Every alarm so far, in the order in which they were raised. */
    alarms: (): ReplayAlarm[] => notes.all(),
    progress: () => ({ readings, tooLate, firstReadingAt }),
    pipeline,
  };
};
export type Replay = ReturnType<typeof createReplay>;
