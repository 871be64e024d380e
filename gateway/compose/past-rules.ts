import type Database from 'better-sqlite3';
import { createLastReadings, explainBed } from '../../alerts/replay/explain.ts';
import type { ReplayItem } from '../../alerts/replay/reorder.ts';
import { createReplay } from '../../alerts/replay/replay.ts';
import { createReplayWorld } from '../../alerts/replay/replay-world.ts';
import { runReplay } from '../../alerts/replay/run-replay.ts';
import { type CareNumbers, careNumbersOf, careNumbersOverrideSchema } from '../../domain/care-profile.ts';
import { CarebedFailure } from '../../domain/failure.ts';
import type { WhyAnswer } from '../../domain/explanation.ts';
import type { Bed, Home } from '../../domain/home.ts';
import type { BedId, DeviceId } from '../../domain/ids.ts';
import { days, type Instant } from '../../domain/instant.ts';
import type { ReplayAlarm, ReplayReport } from '../../domain/replay.ts';
import { replayAlarmOf } from '../../domain/replay-notes.ts';
import type { KeptWorld } from '../keeper/world.ts';
import type { ReplayProgress, ReplayRequest, WhyQuestion } from '../replay/question.ts';
import { openAlarms, storedAlarms } from '../replay/stored-alarms.ts';
import { storedHistory } from '../replay/stored-history.ts';
import { storedStates } from '../replay/stored-states.ts';

/**
 * So long before the asked time the history begins, so that rules know who was in bed, and which battery was low already (judgement: two
 * nights and the day between; the longest waits of the rules that are on by themselves are hours).
 */
const warmUp = days(2);

const placeOf = (world: KeptWorld, id: BedId): { bed: Bed; home: Home } => {
  const bed = world.bed(id);
  const home = bed === undefined ? undefined : world.home(bed.home);
  if (bed === undefined || home === undefined) throw new CarebedFailure('not-found', `bed ${id} does not exist`, { status: 404 });
  return { bed, home };
};

const instantOf = (at: number): Instant => Math.max(0, at) as Instant;

/** The numbers to try: the profile asked for or the resident's, the resident's own, and on top those asked for. */
const triedNumbers = (world: KeptWorld, { bed, profile, numbers }: ReplayRequest): CareNumbers | null => {
  if (profile === null && numbers === null) return null;
  const resident = world.residentOf(bed);
  const asked = profile ?? resident?.profile ?? null;
  const found = asked === null ? undefined : world.get('profile', asked);
  if (profile !== null && found === undefined) throw new CarebedFailure('not-found', `profile ${profile} does not exist`, { status: 404 });
  const own = new Map<string, object | undefined>(Object.entries(resident?.numbers ?? {}));
  for (const [group, values] of Object.entries(numbers ?? {})) own.set(group, { ...own.get(group), ...values });
  try {
    return careNumbersOf(found?.numbers ?? {}, careNumbersOverrideSchema.parse(Object.fromEntries(own)));
  } catch (cause) {
    throw new CarebedFailure('care-numbers-contradict', 'the numbers contradict one another', { status: 422, cause });
  }
};

const reallyRaised = (db: Database.Database, home: Home, from: Instant, to: Instant): ReplayAlarm[] =>
  storedAlarms(db, { home: home.id, from, to }).flatMap(({ alarm, log }) => replayAlarmOf(alarm, log) ?? []);

/** Replays a bed's stored history. @param world the records, loaded from `db` */
export const replayStored = (
  db: Database.Database,
  world: KeptWorld,
  request: ReplayRequest,
  onProgress: (progress: ReplayProgress) => void,
): ReplayReport => {
  const { bed, home } = placeOf(world, request.bed);
  const tried = triedNumbers(world, request);
  const { from, to } = request;
  return runReplay({
    world: createReplayWorld(world, { numbersOf: (of) => (of === bed.id ? tried : null), states: storedStates(db, home.id) }),
    items: storedHistory(db, { home: home.id, from: instantOf(from - warmUp), to }),
    from,
    to,
    beds: [bed.id],
    bedCount: 1,
    timeZone: home.timeZone,
    real: reallyRaised(db, home, from, to),
    monotonic: () => performance.now(),
    onProgress: (at, readings) => onProgress({ at, readings }),
  });
};

/** Why a bed's rules stood as they did at an instant. */
export const whyStored = (db: Database.Database, world: KeptWorld, { bed: id, at, days: back, language }: WhyQuestion): WhyAnswer => {
  const { bed, home } = placeOf(world, id);
  const lookedFrom = instantOf(at - days(back));
  const replayWorld = createReplayWorld(world, { states: storedStates(db, home.id) });
  const replay = createReplay({ world: replayWorld });
  const last = createLastReadings();
  const devices = new Set<DeviceId>();
  const history = function* (): Generator<ReplayItem> {
    for (const item of storedHistory(db, { home: home.id, from: lookedFrom, to: (at + 1) as Instant })) {
      if (item.type === 'reading') {
        last.take(item.reading);
        if (item.reading.bed === bed.id || item.reading.bed === null) devices.add(item.reading.device);
      }
      yield item;
    }
  };
  replay.feed(history());
  replay.finish(at);
  const state = replayWorld.residentOf(bed.id)?.state;
  const residentState = state === undefined || (state.until !== null && state.until <= at) ? 'at-home' : state.value;
  const rules = explainBed(replay, last, {
    bed: bed.id,
    home: home.id,
    devices: [...devices],
    now: at,
    days: back,
    language,
    timeZone: home.timeZone,
    contextOf: () => ({
      now: at,
      numbers: world.careNumbers(bed.id),
      residentState,
      timeZone: home.timeZone,
      heartbeat: null,
      hasHub: false,
      hubOffline: false,
      hubBackAt: null,
    }),
  });
  const open = openAlarms(db, home.id, at)
    .filter(({ alarm }) => alarm.bed === bed.id || alarm.bed === null)
    .flatMap(
      ({ alarm, log }) =>
        replayAlarmOf(
          alarm,
          log.filter((event) => event.at <= at),
        ) ?? [],
    );
  return {
    home: home.id,
    bed: bed.id,
    at,
    timeZone: home.timeZone,
    residentState,
    lookedFrom,
    readings: replay.progress().readings,
    open,
    rules,
  };
};
