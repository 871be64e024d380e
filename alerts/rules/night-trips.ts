import { z } from 'zod';
import type { Reason } from '../../domain/alarm.ts';
import { days, type Instant, instantSchema } from '../../domain/instant.ts';
import { bedPresenceSchema, believePad, hearPad, padDue, presenceUnknown } from './bed-presence.ts';
import { betweenClockTimes, sayBetween } from './conditions/between-clock-times.ts';
import { during } from './conditions/during.ts';
import { countOf, sayNOfM, withMark } from './conditions/n-of-m.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const nightTripsStateSchema = z.strictObject({
  presence: bedPresenceSchema,
  /** The night under way in which there was a trip. */
  night: z.strictObject({ from: instantSchema, to: instantSchema, trips: z.number().int().min(1) }).nullable(),
  /** Nights with many trips, by the day of their end, growing. */
  nights: z.array(z.number().int()).readonly(),
});
export type NightTripsState = z.infer<typeof nightTripsStateSchema>;

const week = 7;

/** A trip is a leaving of the bed in the night that ends in it too: the last leaving is the getting up. */
const turn = (before: NightTripsState, context: RuleContext): NightTripsState => {
  const presence = believePad(before.presence);
  const left = before.presence.inBed === false ? before.presence.since : null;
  const state = { ...before, presence };
  if (presence.inBed !== true || left === null) return state;
  const { nightFrom, nightTo } = context.numbers.outOfBed;
  const night = betweenClockTimes(left, nightFrom, nightTo, context.timeZone);
  if (night === null || !during(presence.since, night)) return state;
  const trips = state.night?.to === night.to ? state.night.trips + 1 : 1;
  return { ...state, night: { ...night, trips } };
};

/** The night is over: was it one with many trips, and are there enough such nights? */
const morning = (state: NightTripsState, context: RuleContext, signals: Signal[]): NightTripsState => {
  const { night } = state;
  if (night === null) return state;
  const { enabled, trips, nights } = context.numbers.nightTrips;
  const { nightFrom, nightTo } = context.numbers.outOfBed;
  if (night.trips < trips) return { ...state, night: null };
  const day = Math.floor(night.to / days(1));
  const marks = withMark(state.nights, day, week);
  const found = countOf(marks, day, week);
  if (enabled && found >= nights) {
    const numbers = { trips: night.trips, nights: found, nightFrom, nightTo };
    const reason: Reason = { code: 'night-trips', device: state.presence.pad, since: night.from, numbers };
    signals.push({ type: 'raise', priority: 'low', stage: 'alarm', reason });
  }
  return { ...state, night: null, nights: marks };
};

const due = (state: NightTripsState, context: RuleContext): { what: 'pad' | 'morning'; at: Instant } | null => {
  const pad = padDue(state.presence, context.numbers);
  const end = state.night?.to ?? null;
  if (pad !== null && (end === null || pad <= end)) return { what: 'pad', at: pad };
  return end === null ? null : { what: 'morning', at: end };
};

const settle = (start: NightTripsState, at: Instant, context: RuleContext, signals: Signal[]): NightTripsState => {
  let state = start;
  for (let next = due(state, context); next !== null && next.at <= at; next = due(state, context)) {
    state = next.what === 'pad' ? turn(state, context) : morning(state, context, signals);
  }
  return state;
};

/**
 * Many trips out of bed in a night, as a trend: told in the morning, low, once a night, and never taken back by itself, for somebody is to
 * ask why. It says nothing at night: that is the business of the rule out of bed.
 */
export const nightTripsRule: Rule<NightTripsState> = {
  name: 'night-trips',
  subject: 'bed',
  reads: ['occupied'],
  inactivity: false,
  initial: { presence: presenceUnknown, night: null, nights: [] },
  stateSchema: nightTripsStateSchema,
  isOn: ({ nightTrips: { enabled } }) => enabled,
  sentence({ nightTrips: { enabled, trips, nights }, outOfBed: { nightFrom, nightTo } }, language) {
    const night = sayBetween(nightFrom, nightTo, language);
    const often = sayNOfM(nights, week, { 'zh-CN': '夜', en: 'nights' }, language);
    return inWords(
      language,
      enabled,
      `夜间（${night}）起床 ${trips} 次或更多${nights === 1 ? '' : `，${often}如此`}，就在早上提醒（低）。`,
      `Notice (low) in the morning after ${trips} or more trips out of bed at night (${night})${nights === 1 ? '' : `, in ${often}`}.`,
    );
  },
  apply(before, input, context) {
    const signals: Signal[] = [];
    let state = before;
    if (input.type === 'wake') state = settle(state, context.now, context, signals);
    if (input.type === 'reading') {
      const at = input.reading.receivedAt;
      state = settle(state, at, context, signals);
      const presence = hearPad(state.presence, input.reading);
      state = presence === state.presence ? state : settle({ ...state, presence }, at, context, signals);
    }
    return { state, signals, wakeAt: due(state, context)?.at ?? null };
  },
};
