import type { Reason } from '../../domain/alarm.ts';
import type { DeviceId } from '../../domain/ids.ts';
import { after, between, type Instant, minutes, seconds } from '../../domain/instant.ts';
import type { ReasonCode } from '../../domain/reason-code.ts';
import type { Reading } from '../../domain/reading.ts';
import { type FallEpisode, type FallSensor, type FallState, fallStateSchema } from './fall-state.ts';
import { isRepeatById, isWithin, withEvent } from './remembered-event.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';

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
const isGoingOn = (sensor: FallSensor | undefined, at: Instant): boolean =>
  sensor !== undefined && sensor.says !== null && isWithin(sensor.lastAt, at, sensor.clears ? newFallWithoutClearAfter : newFallAfter);

/** Lets time pass up to `at`: the end of the window for taking it back, then the long lie. */
const settle = (state: FallState, at: Instant, signals: Signal[]): FallState => {
  let { episode } = state;
  if (episode === null) return state;
  if (episode.cancelUntil !== null && episode.cancelUntil <= at) {
    const localCancelSeconds = between(episode.since, episode.cancelUntil) / 1_000;
    signals.push(raise('fall-not-cancelled', 'alarm', episode.device, episode.since, { localCancelSeconds }));
    episode = { ...episode, cancelUntil: null, alarmedAt: episode.cancelUntil };
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
    alarmedAt: said === 'suspected' ? null : since,
    longLieAt: after(since, minutes(longLieMinutes)),
  };
};

const confirm = (episode: FallEpisode, at: Instant): FallEpisode => ({ ...episode, cancelUntil: null, alarmedAt: at });

/** What this word of a sensor does to the fall under way. */
const judge = (state: FallState, reading: Reading, said: Said, context: RuleContext, signals: Signal[]): FallEpisode | null => {
  const { device, receivedAt: at } = reading;
  const { episode } = state;
  const goingOn = isGoingOn(state.sensors[device], at);
  const newId = reading.eventId !== null && !isRepeatById(state.events, reading, said);

  if (episode !== null && episode.cancelUntil !== null) {
    if (said === 'suspected' && goingOn && !newId) return episode;
    signals.push(raise(said === 'confirmed' ? 'fall-confirmed' : 'fall-suspected-again', 'alarm', device, episode.since));
    return confirm(episode, at);
  }
  if (episode === null) {
    if (said === 'suspected' && goingOn && !newId) return null;
  } else {
    const sameFallElsewhere = episode.device !== device && episode.alarmedAt !== null && isWithin(episode.since, at, newFallAfter);
    const heardBefore = isRepeatById(state.events, reading, said);
    if (goingOn || heardBefore || (sameFallElsewhere && state.sensors[device]?.says == null)) return episode;
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
      const says = sensor?.says === 'confirmed' && isGoingOn(sensor, at) ? 'confirmed' : said;
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
      return { ...state, events, episode: takenBack ? null : state.episode };
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
    episode = confirm(episode, at);
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
 * - A sensor that goes on saying the same without an all-clear means the same fall. It means a new one after its all-clear; or, from a
 *   sensor that never gives one, when it speaks of a fall again after a minute without doing so (ten minutes from one that does give
 *   all-clears, for then one was lost). A copy with the id of an event heard before is never a new fall.
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
  initial: { events: [], sensors: {}, episode: null },
  stateSchema: fallStateSchema,
  apply(before, input, context) {
    const signals: Signal[] = [];
    const at = input.type === 'reading' ? input.reading.receivedAt : context.now;
    let state = settle(before, at, signals);
    if (input.type === 'reading') {
      state = listenToOthers(state, input.reading, signals);
      state = settle(listenToSensor(state, input.reading, context, signals), at, signals);
    }
    const { episode } = state;
    return { state, signals, wakeAt: episode === null ? null : (episode.cancelUntil ?? episode.longLieAt) };
  },
};
