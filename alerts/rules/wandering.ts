import { z } from 'zod';
import type { Reason } from '../../domain/alarm.ts';
import { deviceIdSchema } from '../../domain/ids.ts';
import { after, type Instant, instantSchema, minutes } from '../../domain/instant.ts';
import type { ReasonCode } from '../../domain/reason-code.ts';
import type { Reading } from '../../domain/reading.ts';
import { bedPresenceSchema, believePad, hearPad, padDue, presenceUnknown } from './bed-presence.ts';
import { betweenClockTimes, sayBetween } from './conditions/between-clock-times.ts';
import { sayMinutes } from './conditions/held-for.ts';
import { isQuieted } from './quieted.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const goneSchema = z.strictObject({ device: deviceIdSchema, since: instantSchema, countedFrom: instantSchema });

const wanderingStateSchema = z.strictObject({
  presence: bedPresenceSchema,
  /** Whether each door is open, as it last said. */
  doors: z.record(z.string(), z.boolean()),
  /** A door was opened at night. */
  out: goneSchema.nullable(),
  /** The tag is out of reach. */
  tag: goneSchema.nullable(),
  raised: z.enum(['no', 'out', 'tag']),
});
export type WanderingState = z.infer<typeof wanderingStateSchema>;

const back = (state: WanderingState, device: Reading['device'] | null, since: Instant, signals: Signal[]): WanderingState => {
  if (state.raised === 'no') return state;
  signals.push({ type: 'return', reason: { code: 'wanderer-back', device, since, numbers: {} } });
  return { ...state, raised: 'no' };
};

const turn = (before: WanderingState, signals: Signal[]): WanderingState => {
  const presence = believePad(before.presence);
  const state = { ...before, presence };
  if (presence.inBed !== true || presence.since === null) return state;
  return { ...(state.raised === 'out' ? back(state, presence.pad, presence.since, signals) : state), out: null };
};

type What = 'pad' | 'out' | 'tag';
const due = (state: WanderingState, { numbers }: RuleContext): { what: What; at: Instant } | null => {
  const { enabled, backMinutes, tagGoneMinutes } = numbers.wandering;
  const waits: { what: What; at: Instant | null }[] = [{ what: 'pad', at: padDue(state.presence, numbers) }];
  if (enabled && state.raised === 'no') {
    waits.push({ what: 'out', at: state.out === null ? null : after(state.out.countedFrom, minutes(backMinutes)) });
    waits.push({ what: 'tag', at: state.tag === null ? null : after(state.tag.countedFrom, minutes(tagGoneMinutes)) });
  }
  let first: { what: What; at: Instant } | null = null;
  for (const { what, at } of waits) if (at !== null && (first === null || at < first.at)) first = { what, at };
  return first;
};

const raise = (state: WanderingState, what: 'out' | 'tag', context: RuleContext, signals: Signal[]): WanderingState => {
  const gone = state[what];
  if (gone === null) return state;
  const { backMinutes, tagGoneMinutes } = context.numbers.wandering;
  const code: ReasonCode = what === 'out' ? 'out-at-night' : 'tag-gone';
  const numbers = { alarmMinutes: what === 'out' ? backMinutes : tagGoneMinutes };
  const reason: Reason = { code, device: gone.device, since: gone.since, numbers };
  signals.push({ type: 'raise', priority: 'high', stage: 'alarm', reason });
  return { ...state, raised: what };
};

const settle = (start: WanderingState, at: Instant, context: RuleContext, signals: Signal[]): WanderingState => {
  let state = start;
  for (let next = due(state, context); next !== null && next.at <= at; next = due(state, context)) {
    if (next.what === 'pad') state = turn(state, signals);
    else if (next.what === 'out' && state.presence.inBed === true) state = { ...state, out: null };
    else if (isQuieted(context)) {
      const anew = (gone: WanderingState['tag']) => (gone === null ? null : { ...gone, countedFrom: at });
      return { ...state, out: null, tag: anew(state.tag) };
    } else state = raise(state, next.what, context, signals);
  }
  return state;
};

const hearDoor = (state: WanderingState, reading: Reading, context: RuleContext): WanderingState => {
  const { device, receivedAt: at, facts } = reading;
  if (facts.open === undefined || facts.open === state.doors[device]) return state;
  const next = { ...state, doors: { ...state.doors, [device]: facts.open } };
  if (!facts.open || state.out !== null || state.raised !== 'no' || !context.numbers.wandering.enabled) return next;
  const { nightFrom, nightTo } = context.numbers.outOfBed;
  if (betweenClockTimes(at, nightFrom, nightTo, context.timeZone) === null) return next;
  return { ...next, out: { device, since: at, countedFrom: at } };
};

const hearTag = (state: WanderingState, reading: Reading, signals: Signal[]): WanderingState => {
  const { device, receivedAt: at, facts } = reading;
  if (facts.near === undefined) return state;
  if (!facts.near) return state.tag === null ? { ...state, tag: { device, since: at, countedFrom: at } } : state;
  if (state.tag === null && state.raised === 'no') return state;
  return { ...back(state, device, at, signals), tag: null, out: state.raised === 'out' ? null : state.out };
};

/**
 * Wandering, for residents who may get lost: a door opened at night and the bed empty `backMinutes` later, or the worn tag out of reach for
 * `tagGoneMinutes`, day or night. Over when back in bed (after a door) or when the tag is in reach. Every contact of the home counts as a
 * way out. A door that was open already and goes on saying so was not opened. With somebody there or the resident away an opened door is
 * let be, and a tag's minutes begin anew.
 */
export const wanderingRule: Rule<WanderingState> = {
  name: 'wandering',
  subject: 'bed',
  reads: ['open', 'near', 'occupied'],
  hears: 'home',
  inactivity: true,
  initial: { presence: presenceUnknown, doors: {}, out: null, tag: null, raised: 'no' },
  stateSchema: wanderingStateSchema,
  isOn: ({ wandering: { enabled } }) => enabled,
  sentence({ wandering: { enabled, backMinutes, tagGoneMinutes }, outOfBed: { nightFrom, nightTo } }, language) {
    const night = sayBetween(nightFrom, nightTo, language);
    const [bed, tag] = [sayMinutes(backMinutes, language), sayMinutes(tagGoneMinutes, language)];
    return inWords(
      language,
      enabled,
      `夜间（${night}）开门后 ${bed}没有回到床上，或随身标签离开 ${tag}，就报警（高）；回到床上或标签回来后解除。`,
      `Alarm (high) when a door is opened at night (${night}) and the bed is empty ${bed} later, or when the worn tag is out of reach for ${tag}; over when back.`,
    );
  },
  apply(before, input, context) {
    const signals: Signal[] = [];
    let state = before;
    if (input.type === 'wake') state = settle(state, context.now, context, signals);
    if (input.type === 'reading') {
      const { reading } = input;
      const at = reading.receivedAt;
      state = settle(state, at, context, signals);
      const presence = hearPad(state.presence, reading);
      if (presence !== state.presence) state = { ...state, presence };
      state = settle(hearTag(hearDoor(state, reading, context), reading, signals), at, context, signals);
    }
    return { state, signals, wakeAt: due(state, context)?.at ?? null };
  },
};
