import { z } from 'zod';
import type { Reason } from '../../domain/alarm.ts';
import type { CareNumbers } from '../../domain/care-profile.ts';
import { after, clockTimeSchema, hours, type Instant, instant, instantSchema, minutes } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';
import { betweenClockTimes, nextClockTime, sayBetween } from './conditions/between-clock-times.ts';
import { sayHours } from './conditions/held-for.ts';
import { within } from './conditions/within.ts';
import { isQuieted } from './quieted.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

/** What a device last said, where only a change is a sign of life. */
const lastWordsSchema = z.strictObject({
  open: z.boolean().optional(),
  occupied: z.boolean().optional(),
  waterTotal: z.number().optional(),
});

const noSignOfLifeStateSchema = z.strictObject({
  /** Moves in steps of five minutes, so that a lively home does not cost a write for every message. */
  lastSignAt: instantSchema.nullable(),
  words: z.record(z.string(), lastWordsSchema),
  /** When to look (`at` null: never, the day is too short), with the numbers it was reckoned by; set when a sign comes and corrected by looking. */
  look: z
    .strictObject({ at: instantSchema.nullable(), dayFrom: clockTimeSchema, dayTo: clockTimeSchema, hours: z.number().int() })
    .nullable(),
  raised: z.enum(['no', 'medium', 'high']),
});
export type NoSignOfLifeState = z.infer<typeof noSignOfLifeStateSchema>;
type Words = z.infer<typeof lastWordsSchema>;

const step = minutes(5);
/** [judgement] A gateway that was deaf for longer may have missed a sign. */
const deafMatters = minutes(10);

/** When `wait` hours by day have gone by since the last sign; they count in one day, not across the night. Null when a day is too short. */
const daytimeAfter = (last: Instant, wait: number, numbers: CareNumbers['noSignOfLife'], zone: string): Instant | null => {
  const { dayFrom, dayTo } = numbers;
  let day = betweenClockTimes(last, dayFrom, dayTo, zone);
  let from = day === null ? nextClockTime(last, dayFrom, zone) : last;
  for (let tries = 0; tries < 2; tries += 1) {
    day ??= betweenClockTimes(from, dayFrom, dayTo, zone);
    if (day === null) return null;
    if (after(from, hours(wait)) <= day.to) return after(from, hours(wait));
    from = nextClockTime(instant(day.to - 1), dayFrom, zone);
    day = null;
  }
  return null;
};

const waitOf = (state: NoSignOfLifeState, { afterHours, urgentAfterHours }: CareNumbers['noSignOfLife']): number =>
  state.raised === 'no' ? afterHours : urgentAfterHours;

const withLook = (state: NoSignOfLifeState, context: RuleContext): NoSignOfLifeState => {
  const numbers = context.numbers.noSignOfLife;
  const { dayFrom, dayTo, enabled } = numbers;
  if (!enabled || state.lastSignAt === null || state.raised === 'high') return state.look === null ? state : { ...state, look: null };
  const wait = waitOf(state, numbers);
  const at = daytimeAfter(state.lastSignAt, wait, numbers, context.timeZone);
  return { ...state, look: { at, dayFrom, dayTo, hours: wait } };
};

/** The look is set when there is none, and anew when the numbers have changed. */
const inForce = (state: NoSignOfLifeState, context: RuleContext): NoSignOfLifeState => {
  const numbers = context.numbers.noSignOfLife;
  const { look } = state;
  if (!numbers.enabled) return look === null ? state : { ...state, look: null };
  const same = look !== null && look.dayFrom === numbers.dayFrom && look.dayTo === numbers.dayTo && look.hours === waitOf(state, numbers);
  return same || state.lastSignAt === null || state.raised === 'high' ? state : withLook(state, context);
};

const settle = (start: NoSignOfLifeState, at: Instant, context: RuleContext, signals: Signal[]): NoSignOfLifeState => {
  let state = inForce(start, context);
  while (state.look !== null && state.look.at !== null && state.look.at <= at && state.lastSignAt !== null) {
    const looked = withLook(state, context);
    if (looked.look === null || looked.look.at === null || looked.look.at > state.look.at) {
      state = looked;
      continue;
    }
    if (isQuieted(context)) return withLook({ ...state, lastSignAt: at }, context);
    const priority = state.raised === 'no' ? 'medium' : 'high';
    const numbers = { afterHours: looked.look.hours, dayFrom: looked.look.dayFrom, dayTo: looked.look.dayTo };
    const reason: Reason = { code: 'no-sign-of-life', device: null, since: state.lastSignAt, numbers };
    signals.push({ type: 'raise', priority, stage: 'alarm', reason });
    state = withLook({ ...state, raised: priority }, context);
  }
  return state;
};

const differs = <T>(now: T | undefined, before: T | undefined): boolean => now !== undefined && before !== undefined && now !== before;

const isSign = ({ facts }: Reading, before: Words | undefined): boolean =>
  facts.motion === true ||
  facts.presence === true ||
  facts.button !== undefined ||
  facts.turned === true ||
  (facts.movement ?? 0) > 0 ||
  (facts.heartRate ?? 0) > 0 ||
  (facts.breathingRate ?? 0) > 0 ||
  differs(facts.open, before?.open) ||
  differs(facts.occupied, before?.occupied) ||
  differs(facts.waterTotal, before?.waterTotal);

const withWords = (state: NoSignOfLifeState, { device, facts }: Reading): NoSignOfLifeState => {
  const before = state.words[device];
  const next: Words = { ...before };
  if (facts.open !== undefined) next.open = facts.open;
  if (facts.occupied !== undefined) next.occupied = facts.occupied;
  if (facts.waterTotal !== undefined) next.waterTotal = facts.waterTotal;
  if (next.open === before?.open && next.occupied === before?.occupied && next.waterTotal === before?.waterTotal) return state;
  return { ...state, words: { ...state.words, [device]: next } };
};

const hear = (before: NoSignOfLifeState, reading: Reading, signals: Signal[]): NoSignOfLifeState => {
  const at = reading.receivedAt;
  const sign = isSign(reading, before.words[reading.device]);
  let state = withWords(before, reading);
  if (!sign && state.lastSignAt !== null) return state;
  if (state.raised !== 'no') {
    signals.push({ type: 'return', reason: { code: 'sign-of-life', device: reading.device, since: at, numbers: {} } });
    state = { ...state, raised: 'no', look: null, lastSignAt: at };
  }
  return state.lastSignAt !== null && within(state.lastSignAt, at, step) ? state : { ...state, lastSignAt: at };
};

const initial: NoSignOfLifeState = { lastSignAt: null, words: {}, look: null, raised: 'no' };

/**
 * No sign of life for hours by day: nobody moved, was seen in a room, pressed a button, opened or closed a door, got into or out of bed,
 * used water, and no heart or breath was measured. Medium, then high. A pad that goes on saying occupied is no sign: it says so of anything
 * that lies there. Every sensor of the home counts, also those that serve no bed. The time counts from the first word of any sensor, within
 * one day. After the resident's state has quieted it, or the gateway was deaf for ten minutes, it begins anew. Any sign takes it back.
 */
export const noSignOfLifeRule: Rule<NoSignOfLifeState> = {
  name: 'no-sign-of-life',
  subject: 'bed',
  reads: ['motion', 'presence', 'open', 'button', 'occupied', 'turned', 'movement', 'waterTotal', 'heartRate', 'breathingRate'],
  hears: 'home',
  inactivity: true,
  initial,
  stateSchema: noSignOfLifeStateSchema,
  isOn: ({ noSignOfLife: { enabled } }) => enabled,
  sentence({ noSignOfLife: { enabled, dayFrom, dayTo, afterHours, urgentAfterHours } }, language) {
    const day = sayBetween(dayFrom, dayTo, language);
    const [first, urgent] = [sayHours(afterHours, language), sayHours(urgentAfterHours, language)];
    return inWords(
      language,
      enabled,
      `白天（${day}）连续 ${first}没有任何活动（走动、开门、用水、按钮、上下床），就报警（中），${urgent}后升为高；有活动后解除。`,
      `Alarm (medium) after ${first} by day (${day}) without any sign of life (movement, door, water, button, bed), high after ${urgent}; over at any sign.`,
    );
  },
  apply(before, input, context) {
    if (!context.numbers.noSignOfLife.enabled && before.raised === 'no') {
      return { state: before.lastSignAt === null ? before : initial, signals: [], wakeAt: null };
    }
    const signals: Signal[] = [];
    let state = before;
    if (input.type === 'wake') state = settle(state, context.now, context, signals);
    if (input.type === 'deaf' && state.raised === 'no' && state.lastSignAt !== null && state.lastSignAt < input.to) {
      if (input.to - input.from >= deafMatters) state = withLook({ ...state, lastSignAt: input.to }, context);
    }
    if (input.type === 'reading') {
      const { reading } = input;
      state = hear(settle(state, reading.receivedAt, context, signals), reading, signals);
      state = settle(state, reading.receivedAt, context, signals);
    }
    return { state, signals, wakeAt: state.look?.at ?? null };
  },
};
