import type { Reason } from '../../domain/alarm.ts';
import type { ExplanationPoint } from '../../domain/explanation.ts';
import type { DeviceId } from '../../domain/ids.ts';
import { after, between, type Instant, minutes, seconds } from '../../domain/instant.ts';
import type { ReasonCode } from '../../domain/reason-code.ts';
import type { Reading } from '../../domain/reading.ts';
import { sayMinutes, saySeconds } from './conditions/held-for.ts';
import { type FallEpisode, type FallSensor, type FallState, fallStateSchema } from './fall-state.ts';
import { isRepeatById, isWithin, withEvent } from './remembered-event.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

/** A sensor that has not spoken of a fall for so long and then does means a new one (judgement; radars repeat every 10 s or so). */
const newFallAfter = minutes(1);
/** … unless it is known to give an all-clear and has not: then it may be repeating itself slowly. Longer than that, the all-clear was lost. */
const newFallWithoutClearAfter = minutes(10);
/** Pads hold their last word for a while; an `occupied` sooner than this after a fall says nothing about having got up (judgement). */
const padHolds = seconds(60);

type Said = 'suspected' | 'confirmed';

const raise = (
  code: ReasonCode,
  stage: 'pre-alert' | 'alarm',
  device: DeviceId,
  since: Instant,
  numbers: Reason['numbers'] = {},
): Signal => ({
  type: 'raise',
  priority: 'high',
  stage,
  reason: { code, device, since, numbers },
});

/** True while the sensor goes on about a fall that it has reported already. */
const isGoingOn = (sensor: FallSensor | undefined, at: Instant, newId: boolean): boolean =>
  sensor !== undefined &&
  sensor.says !== null &&
  isWithin(sensor.lastAt, at, sensor.clears && !newId ? newFallWithoutClearAfter : newFallAfter);

/** Lets time pass up to `at`: the end of the window for taking it back, then the long lie. */
const settle = (state: FallState, at: Instant, signals: Signal[]): FallState => {
  let { episode } = state;
  if (episode === null) return state;
  if (episode.cancelUntil !== null && episode.cancelUntil <= at) {
    const localCancelSeconds = between(episode.since, episode.cancelUntil) / 1_000;
    signals.push(raise('fall-not-cancelled', 'alarm', episode.device, episode.since, { localCancelSeconds }));
    episode = { ...episode, cancelUntil: null };
  }
  if (episode.cancelUntil === null && episode.longLieAt !== null && episode.longLieAt <= at) {
    const longLieMinutes = between(episode.since, episode.longLieAt) / 60_000;
    signals.push(raise('long-lie', 'alarm', episode.device, episode.since, { longLieMinutes }));
    episode = { ...episode, longLieAt: null };
  }
  return episode === state.episode ? state : { ...state, episode };
};

const begin = (reading: Reading, said: Said, context: RuleContext): FallEpisode => {
  const { localCancelSeconds, longLieMinutes } = context.numbers.fall;
  const { device, receivedAt: since } = reading;
  return {
    device,
    since,
    cancelUntil: said === 'suspected' ? after(since, seconds(localCancelSeconds)) : null,
    longLieAt: after(since, minutes(longLieMinutes)),
  };
};

const confirm = (episode: FallEpisode): FallEpisode => ({ ...episode, cancelUntil: null });

/** What this word of a sensor does to the fall under way. */
const judge = (state: FallState, reading: Reading, said: Said, context: RuleContext, signals: Signal[]): FallEpisode | null => {
  const { device, receivedAt: at } = reading;
  const { episode } = state;
  if (isRepeatById(state.events, reading, said)) return episode;
  const sensor = state.sensors[device];
  const newId = reading.eventId !== null;
  const goingOn = isGoingOn(sensor, at, newId);
  const toldAlready = goingOn && (said === 'confirmed' ? sensor?.says === 'confirmed' : !newId);

  if (episode !== null && episode.cancelUntil !== null) {
    if (toldAlready) return episode;
    signals.push(raise(said === 'confirmed' ? 'fall-confirmed' : 'fall-suspected-again', 'alarm', device, episode.since));
    return confirm(episode);
  }
  if (episode === null && toldAlready) return null;
  if (episode !== null) {
    const firstWordOfIt = episode.device !== device && (sensor === undefined || sensor.lastAt < episode.since);
    if (goingOn || (firstWordOfIt && isWithin(episode.since, at, newFallAfter))) return episode;
  }
  const { localCancelSeconds } = context.numbers.fall;
  if (said === 'confirmed') signals.push(raise('fall-confirmed', 'alarm', device, at));
  else if (localCancelSeconds > 0) signals.push(raise('fall-suspected', 'pre-alert', device, at, { localCancelSeconds }));
  return begin(reading, said, context);
};

const listenToSensor = (state: FallState, reading: Reading, context: RuleContext, signals: Signal[]): FallState => {
  const { device, receivedAt: at } = reading;
  const said = reading.facts.fall;
  const sensor = state.sensors[device];
  const withSensor = (next: FallSensor): FallState => ({ ...state, sensors: { ...state.sensors, [device]: next } });
  switch (said) {
    case undefined:
      return state;
    case 'suspected':
    case 'confirmed': {
      const episode = judge(state, reading, said, context, signals);
      const says = sensor?.says === 'confirmed' && isGoingOn(sensor, at, false) ? 'confirmed' : said;
      const next = withSensor({ says, lastAt: at, clears: sensor?.clears ?? false });
      const events =
        reading.eventId === null || isRepeatById(state.events, reading, said) ? state.events : withEvent(state.events, reading, said);
      return { ...next, events, episode };
    }
    case 'cleared': {
      if (sensor !== undefined && sensor.says === null && sensor.clears) return state;
      const next = withSensor({ says: null, lastAt: at, clears: true });
      const nobodySays = Object.values(next.sensors).every((other) => other.says === null);
      const { episode } = state;
      if (sensor === undefined || sensor.says === null || episode === null || !nobodySays) return next;
      return { ...next, episode: { ...episode, longLieAt: null } };
    }
    case 'cancel': {
      if (isRepeatById(state.events, reading, said)) return state;
      const events = reading.eventId === null ? state.events : withEvent(state.events, reading, said);
      signals.push({ type: 'cancel', reason: { code: 'fall-cancelled', device, since: at, numbers: {} } });
      const takenBack = state.episode !== null && state.episode.cancelUntil !== null;
      const next = sensor === undefined ? state : withSensor({ ...sensor, says: null });
      return { ...next, events, episode: takenBack ? null : state.episode };
    }
    default:
      return said satisfies never;
  }
};

const listenToOthers = (state: FallState, reading: Reading, signals: Signal[]): FallState => {
  const { device, receivedAt: at } = reading;
  let { episode } = state;
  if (episode === null) return state;
  if (reading.facts.button === 'press' && episode.cancelUntil !== null) {
    signals.push(raise('fall-and-pressed', 'alarm', device, episode.since));
    episode = confirm(episode);
  }
  if (reading.facts.occupied === true && episode.longLieAt !== null && at >= after(episode.since, padHolds)) {
    episode = { ...episode, longLieAt: null };
  }
  return episode === state.episode ? state : { ...state, episode };
};

/**
 * A fall, in stages: a suspected one is a pre-alert that the wearer may take back for `localCancelSeconds`, then an alarm; a confirmed one is
 * an alarm at once. A second sign in the window (another sensor, a new event, a word after an all-clear) or a press of the button confirms.
 *
 * - A sensor's all-clear takes nothing back: somebody may have been dragged or have crawled out of its view. A fall never returns by itself.
 * - A sensor that goes on saying the same without an all-clear means the same fall. It means a new one after its all-clear or the wearer's
 *   cancel; or when it speaks of a fall again after a minute without doing so. From a sensor that gives all-clears and no event ids it
 *   takes ten minutes, for it may be slow to repeat itself; after that its all-clear was lost. A copy with the id of an event heard before
 *   is never a new fall.
 * - Another sensor's first word within a minute of a fall is about the same fall.
 * - Long lie: `longLieMinutes` after the fall it is raised once more, unless there was a sign of having got up. Such a sign is the bed pad's
 *   `occupied`, a minute or more after the fall, or the all-clear of every sensor that reported it. Motion and presence are none: they see
 *   a person on the floor as well, or a helper, or a cat. Nor is a late cancel: it can be given lying down.
 * - Every wait is an instant in the state, so a restart moves none; a late wake signals the same with the true `since`.
 * - The resident's state never quiets it.
 */
export const fallRule: Rule<FallState> = {
  name: 'fall',
  subject: 'bed',
  reads: ['fall', 'button', 'occupied'],
  inactivity: false,
  initial: { events: [], sensors: {}, episode: null },
  stateSchema: fallStateSchema,
  sentence({ fall: { localCancelSeconds, longLieMinutes } }, language) {
    const [cancel, lie] = [saySeconds(localCancelSeconds, language), sayMinutes(longLieMinutes, language)];
    return inWords(
      language,
      true,
      `怀疑跌倒，先预警，${cancel}内本人没有取消就报警（高）；确认跌倒立即报警；${lie}后没有起身的迹象，再报一次。`,
      `Pre-alert when a fall is suspected, alarm (high) unless taken back within ${cancel}; alarm at once when confirmed; told again when there is no sign of having got up for ${lie}.`,
    );
  },
  explain({ episode }, { now }) {
    if (episode === null) return { standing: 'calm', since: null, points: [{ code: 'no-fall', numbers: {} }] };
    const { device, since, cancelUntil, longLieAt } = episode;
    const passed = between(since, now);
    const points: ExplanationPoint[] = [{ code: 'fall-since', numbers: { since, device } }];
    if (cancelUntil !== null) {
      const ofSeconds = between(since, cancelUntil) / 1_000;
      points.push({ code: 'may-cancel', numbers: { seconds: Math.floor(passed / 1_000), ofSeconds } });
    } else if (longLieAt === null) points.push({ code: 'got-up', numbers: {} });
    else {
      const ofMinutes = between(since, longLieAt) / 60_000;
      points.push({ code: 'lies-for', numbers: { minutes: Math.floor(passed / 60_000), ofMinutes } });
    }
    return { standing: 'raised', since, points };
  },
  apply(before, input, context) {
    const signals: Signal[] = [];
    let state = before;
    if (input.type === 'wake') state = settle(state, context.now, signals);
    if (input.type === 'reading') {
      const { reading } = input;
      state = listenToOthers(settle(state, reading.receivedAt, signals), reading, signals);
      state = settle(listenToSensor(state, reading, context, signals), reading.receivedAt, signals);
    }
    const { episode } = state;
    return { state, signals, wakeAt: episode === null ? null : (episode.cancelUntil ?? episode.longLieAt) };
  },
};
