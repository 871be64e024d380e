import { z } from 'zod';
import type { Reason } from '../../domain/alarm.ts';
import { after, type Instant, instantSchema, minutes } from '../../domain/instant.ts';
import { bedPresenceSchema, believePad, hearPad, padDue, presenceUnknown } from './bed-presence.ts';
import { movementIn } from './bed-movement.ts';
import { sayMinutes } from './conditions/held-for.ts';
import { isQuieted } from './quieted.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const noTurningStateSchema = z.strictObject({
  presence: bedPresenceSchema,
  /** A sensor of this bed has told of movement or turning before: one that never does proves nothing by its silence. */
  tells: z.boolean(),
  /** The last turning over, or the lying down; later when something quieted the rule meanwhile. */
  countedFrom: instantSchema.nullable(),
  raised: z.boolean(),
});
export type NoTurningState = z.infer<typeof noTurningStateSchema>;

/** [judgement] A gateway that was deaf for longer may have missed a turning over. */
const deafMatters = minutes(10);

const over = (state: NoTurningState, since: Instant, signals: Signal[]): NoTurningState => {
  if (!state.raised) return state;
  signals.push({ type: 'return', reason: { code: 'turned-over', device: state.presence.pad, since, numbers: {} } });
  return { ...state, raised: false };
};

const turn = (before: NoTurningState, signals: Signal[]): NoTurningState => {
  const presence = believePad(before.presence);
  if (presence.since === null) return { ...before, presence };
  if (presence.inBed === true) return { ...before, presence, countedFrom: presence.since };
  return { ...over({ ...before, presence }, presence.since, signals), countedFrom: null };
};

const raiseAt = (state: NoTurningState, context: RuleContext): Instant | null => {
  const { enabled, alarmMinutes } = context.numbers.noTurning;
  if (!enabled || !state.tells || state.raised || state.countedFrom === null) return null;
  return after(state.countedFrom, minutes(alarmMinutes));
};

const due = (state: NoTurningState, context: RuleContext): { what: 'pad' | 'raise'; at: Instant } | null => {
  const pad = padDue(state.presence, context.numbers);
  const raise = raiseAt(state, context);
  if (pad !== null && (raise === null || pad <= raise)) return { what: 'pad', at: pad };
  return raise === null ? null : { what: 'raise', at: raise };
};

const settle = (start: NoTurningState, at: Instant, context: RuleContext, signals: Signal[]): NoTurningState => {
  let state = start;
  for (let next = due(state, context); next !== null && next.at <= at; next = due(state, context)) {
    if (next.what === 'pad') {
      state = turn(state, signals);
      continue;
    }
    if (isQuieted(context)) return { ...state, countedFrom: at };
    const { alarmMinutes } = context.numbers.noTurning;
    const since = state.countedFrom ?? next.at;
    const reason: Reason = { code: 'not-turned', device: state.presence.pad, since, numbers: { alarmMinutes } };
    signals.push({ type: 'raise', priority: 'medium', stage: 'alarm', reason });
    state = { ...state, raised: true };
  }
  return state;
};

/**
 * No turning over for those who cannot turn by themselves: in bed for `alarmMinutes` without a turning over, by the sensor's own word or by
 * enough movement. Over when turned or out of bed. It needs a sensor that has told of movement or turning before. After the resident's
 * state has quieted it, or the gateway was deaf for ten minutes, the time begins anew: somebody may have turned her.
 */
export const noTurningRule: Rule<NoTurningState> = {
  name: 'no-turning',
  subject: 'bed',
  reads: ['occupied', 'turned', 'movement', 'motion'],
  inactivity: true,
  initial: { presence: presenceUnknown, tells: false, countedFrom: null, raised: false },
  stateSchema: noTurningStateSchema,
  isOn: ({ noTurning: { enabled } }) => enabled,
  sentence({ noTurning: { enabled, alarmMinutes } }, language) {
    const wait = sayMinutes(alarmMinutes, language);
    return inWords(
      language,
      enabled,
      `在床上连续 ${wait}没有翻身，就报警（中）；翻身或离床后解除。`,
      `Alarm (medium) after ${wait} in bed without turning over; over when turned or out of bed.`,
    );
  },
  apply(before, input, context) {
    const signals: Signal[] = [];
    let state = before;
    if (input.type === 'wake') state = settle(state, context.now, context, signals);
    if (input.type === 'deaf') {
      const { countedFrom } = state;
      const matters = countedFrom !== null && input.to - input.from >= deafMatters && countedFrom < input.to;
      if (matters && !state.raised) state = { ...state, countedFrom: input.to };
    }
    if (input.type === 'reading') {
      const { reading } = input;
      const at = reading.receivedAt;
      state = settle(state, at, context, signals);
      const presence = hearPad(state.presence, reading);
      state = presence === state.presence ? state : settle({ ...state, presence }, at, context, signals);
      const movement = movementIn(reading, state.presence.pad, context.numbers.noTurning.movementPercent);
      if (movement !== null && !state.tells) state = { ...state, tells: true };
      if (movement === true && state.presence.inBed === true) state = { ...over(state, at, signals), countedFrom: at };
      state = settle(state, at, context, signals);
    }
    return { state, signals, wakeAt: due(state, context)?.at ?? null };
  },
};
