import { z } from 'zod';
import type { Reason } from '../../domain/alarm.ts';
import { deviceIdSchema } from '../../domain/ids.ts';
import { after, between, type Instant, instantSchema, minutes, seconds } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';
import { sayBetween } from './conditions/between-clock-times.ts';
import { sayMinutes } from './conditions/held-for.ts';
import { nightEnd } from './night.ts';
import { isQuieted } from './quieted.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const wordOfPadSchema = z.strictObject({ device: deviceIdSchema, since: instantSchema });

const outOfBedStateSchema = z.discriminatedUnion('value', [
  /** Not in bed and nobody counts; also: not known. `arriving` since the pad says otherwise. */
  z.strictObject({ value: z.literal('up'), arriving: wordOfPadSchema.nullable() }),
  z.strictObject({ value: z.literal('in-bed') }),
  /** The pad says empty, not yet for long enough to be more than a sleeper turning. */
  z.strictObject({ value: z.literal('leaving'), ...wordOfPadSchema.shape }),
  z.strictObject({
    value: z.literal('out'),
    ...wordOfPadSchema.shape,
    /** The minutes count from here: the leaving, or later when something quieted the rule meanwhile. */
    countedFrom: instantSchema,
    nightEnd: instantSchema,
    raised: z.enum(['no', 'pre-alert', 'alarm']),
    /** Since when the pad says that the bed is occupied again. */
    backSince: instantSchema.nullable(),
  }),
]);
export type OutOfBedState = z.infer<typeof outOfBedStateSchema>;
type Out = Extract<OutOfBedState, { value: 'out' }>;

const up: OutOfBedState = { value: 'up', arriving: null };
const inBed: OutOfBedState = { value: 'in-bed' };

/** Somebody else knows or looks, or the sleeper is known to be elsewhere; or the rule is off for this resident. */
const isQuiet = (context: RuleContext): boolean => isQuieted(context) || !context.numbers.outOfBed.enabled;

const debounced = (since: Instant, context: RuleContext): Instant => after(since, seconds(context.numbers.outOfBed.debounceSeconds));

/** What comes next for somebody out of bed; null when nothing does before the night ends. */
const nextDue = (state: Out, context: RuleContext): { stage: 'pre-alert' | 'alarm'; at: Instant } | null => {
  const { preAlertMinutes, alarmMinutes } = context.numbers.outOfBed;
  if (state.raised === 'alarm') return null;
  const stage = state.raised === 'no' && preAlertMinutes < alarmMinutes ? 'pre-alert' : 'alarm';
  const at = after(state.countedFrom, minutes(stage === 'alarm' ? alarmMinutes : preAlertMinutes));
  return at < state.nightEnd ? { stage, at } : null;
};

const raise = (state: Out, stage: 'pre-alert' | 'alarm', context: RuleContext): Signal => {
  const { preAlertMinutes, alarmMinutes, nightFrom, nightTo } = context.numbers.outOfBed;
  const about = { device: state.device, since: state.since };
  if (stage === 'alarm') {
    const reason: Reason = { code: 'out-of-bed-too-long', ...about, numbers: { alarmMinutes, nightFrom, nightTo } };
    return { type: 'raise', priority: 'high', stage, reason };
  }
  const reason: Reason = { code: 'out-of-bed-long', ...about, numbers: { preAlertMinutes, nightFrom, nightTo } };
  return { type: 'raise', priority: 'medium', stage, reason };
};

/** Lets time pass up to `at`: everything that fell due on the way happens, in order, however late it is noticed. */
const settle = (start: OutOfBedState, at: Instant, context: RuleContext, signals: Signal[]): OutOfBedState => {
  let state = start;
  if (state.value === 'up') return state.arriving !== null && debounced(state.arriving.since, context) <= at ? inBed : state;
  if (state.value === 'leaving' && debounced(state.since, context) <= at) {
    const { nightFrom, nightTo } = context.numbers.outOfBed;
    const end = nightEnd(state.since, nightFrom, nightTo, context.timeZone);
    if (end === null) return up;
    const { device, since } = state;
    state = { value: 'out', device, since, countedFrom: since, nightEnd: end, raised: 'no', backSince: null };
  }
  if (state.value !== 'out') return state;
  if (state.backSince !== null) {
    if (debounced(state.backSince, context) > at) return state;
    const reason: Reason = { code: 'back-in-bed', device: state.device, since: state.backSince, numbers: {} };
    if (state.raised !== 'no') signals.push({ type: 'return', reason });
    return inBed;
  }
  for (let due = nextDue(state, context); due !== null && due.at <= at; due = nextDue(state, context)) {
    if (isQuiet(context)) return { ...state, countedFrom: at };
    signals.push(raise(state, due.stage, context));
    state = { ...state, raised: due.stage };
  }
  return state.raised === 'no' && at >= state.nightEnd ? up : state;
};

/** Takes in one word of a pad. With several pads the one that reported the leaving decides about the coming back, until the night is over. */
const listen = (state: OutOfBedState, reading: Reading, occupied: boolean): OutOfBedState => {
  const { device, receivedAt: since } = reading;
  switch (state.value) {
    case 'up':
      if (occupied) return state.arriving === null ? { value: 'up', arriving: { device, since } } : state;
      return state.arriving?.device === device ? up : state;
    case 'in-bed':
      return occupied ? state : { value: 'leaving', device, since };
    case 'leaving':
      return occupied && device === state.device ? inBed : state;
    case 'out':
      if (device !== state.device && since < state.nightEnd) return state;
      if (occupied) return state.backSince === null ? { ...state, backSince: since } : state;
      return state.backSince === null ? state : { ...state, backSince: null };
    default:
      return state satisfies never;
  }
};

const wakeAt = (state: OutOfBedState, context: RuleContext): Instant | null => {
  switch (state.value) {
    case 'up':
      return state.arriving === null ? null : debounced(state.arriving.since, context);
    case 'in-bed':
      return null;
    case 'leaving':
      return debounced(state.since, context);
    case 'out':
      return state.backSince === null ? (nextDue(state, context)?.at ?? null) : debounced(state.backSince, context);
    default:
      return state satisfies never;
  }
};

/**
 * Out of bed at night for too long: a pre-alert, then an alarm, taken back by the return to bed.
 *
 * - Only a leaving of the bed during the night counts (the night of the home's wall clock, see {@link nightEnd}): somebody who is still up
 *   when the night begins has not left a bed, and no pad reading at all is no leaving. Minutes are real minutes, also when clocks change.
 * - `debounceSeconds` holds for leaving and for coming back, so that a sleeper who turns neither starts nor ends anything.
 * - A pad that falls silent while somebody is out does not stop the clock: no news is not a return.
 * - The night's end ends what has not been raised. What has been raised is never taken back by the clock, only by the return; but a
 *   pre-alert does not become an alarm by day.
 * - Away, in hospital, with a visitor, under test, or switched off: nothing is raised, and the minutes begin anew when it comes due
 *   meanwhile. So it never calls later than a full wait after the quiet ends. A return is always told.
 * - A wake that comes early does nothing and one that comes late raises the same with the true `since`.
 */
export const outOfBedRule: Rule<OutOfBedState> = {
  name: 'out-of-bed',
  subject: 'bed',
  reads: ['occupied'],
  inactivity: true,
  initial: up,
  stateSchema: outOfBedStateSchema,
  sentence({ outOfBed: { enabled, nightFrom, nightTo, preAlertMinutes, alarmMinutes } }, language) {
    const night = sayBetween(nightFrom, nightTo, language);
    const [early, late] = [sayMinutes(preAlertMinutes, language), sayMinutes(alarmMinutes, language)];
    return inWords(
      language,
      enabled,
      `夜间（${night}）离床 ${early}先预警（中），${late}还没有回来就报警（高）；回到床上后解除。`,
      `Pre-alert (medium) after ${early} out of bed at night (${night}), alarm (high) after ${late}; over when back in bed.`,
    );
  },
  explain(state, context) {
    const { now } = context;
    switch (state.value) {
      case 'up':
        return { standing: 'calm', since: null, points: [{ code: 'not-in-bed', numbers: {} }] };
      case 'in-bed':
        return { standing: 'calm', since: null, points: [{ code: 'in-bed', numbers: {} }] };
      case 'leaving': {
        const ofSeconds = context.numbers.outOfBed.debounceSeconds;
        const numbers = { seconds: Math.floor(between(state.since, now) / 1_000), ofSeconds };
        return { standing: 'waiting', since: state.since, points: [{ code: 'leaving-for', numbers }] };
      }
      case 'out': {
        const due = nextDue(state, context);
        const { preAlertMinutes, alarmMinutes } = context.numbers.outOfBed;
        const ofMinutes = due?.stage === 'pre-alert' ? preAlertMinutes : alarmMinutes;
        const numbers = { minutes: Math.floor(between(state.countedFrom, now) / 60_000), ofMinutes, since: state.since };
        const ends = due === null && state.raised !== 'alarm' ? [{ code: 'night-over' as const, numbers: { at: state.nightEnd } }] : [];
        return {
          standing: state.raised === 'no' ? 'waiting' : 'raised',
          since: state.since,
          points: [{ code: 'out-of-bed-for', numbers }, ...ends],
        };
      }
      default:
        return state satisfies never;
    }
  },
  apply(before, input, context) {
    const signals: Signal[] = [];
    let state = before;
    if (input.type === 'wake') state = settle(state, context.now, context, signals);
    if (input.type === 'reading' && input.reading.facts.occupied !== undefined) {
      const { reading } = input;
      state = listen(settle(state, reading.receivedAt, context, signals), reading, input.reading.facts.occupied);
      state = settle(state, reading.receivedAt, context, signals);
    }
    return { state, signals, wakeAt: wakeAt(state, context) };
  },
};
