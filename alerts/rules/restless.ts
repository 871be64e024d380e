import { z } from 'zod';
import type { Reason } from '../../domain/alarm.ts';
import { type Instant, instant, minutes } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';
import { type BedPresence, bedPresenceSchema, believePad, hearPad, padDue, presenceUnknown } from './bed-presence.ts';
import { movementIn } from './bed-movement.ts';
import { countOf, fewerFrom, sayNOfM, withMark } from './conditions/n-of-m.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const restlessStateSchema = z.strictObject({
  presence: bedPresenceSchema,
  /** Minutes since the epoch in which somebody in bed moved, growing. */
  marks: z.array(z.number().int()).readonly(),
  raised: z.boolean(),
});
export type RestlessState = z.infer<typeof restlessStateSchema>;

const minuteOf = (at: Instant): number => Math.floor(at / minutes(1));

/** Calm again when fewer than half of the minutes that made it restless are left, so that it does not dither. */
const calmFrom = (state: RestlessState, context: RuleContext): Instant => {
  const { movingMinutes, ofMinutes } = context.numbers.restless;
  return instant(Math.max(0, fewerFrom(state.marks, Math.ceil(movingMinutes / 2), ofMinutes) * minutes(1)));
};

const over = (state: RestlessState, since: Instant, signals: Signal[]): RestlessState => {
  if (!state.raised) return state;
  signals.push({ type: 'return', reason: { code: 'calm-again', device: state.presence.pad, since, numbers: {} } });
  return { ...state, raised: false };
};

const turn = (before: RestlessState, signals: Signal[]): RestlessState => {
  const presence = believePad(before.presence);
  if (presence.inBed !== false || presence.since === null) return { ...before, presence };
  return { ...over({ ...before, presence }, presence.since, signals), marks: [] };
};

const due = (state: RestlessState, context: RuleContext): { what: 'pad' | 'calm'; at: Instant } | null => {
  const pad = padDue(state.presence, context.numbers);
  const calm = state.raised ? calmFrom(state, context) : null;
  if (pad !== null && (calm === null || pad <= calm)) return { what: 'pad', at: pad };
  return calm === null ? null : { what: 'calm', at: calm };
};

const settle = (start: RestlessState, at: Instant, context: RuleContext, signals: Signal[]): RestlessState => {
  let state = start;
  for (let next = due(state, context); next !== null && next.at <= at; next = due(state, context)) {
    state = next.what === 'pad' ? turn(state, signals) : over(state, next.at, signals);
  }
  return state;
};

/** A pad that said empty for a moment only: the sleeper moved. */
const flickered = (before: BedPresence, after: BedPresence): boolean => before.turning?.to === false && after.turning === null;

const moved = (state: RestlessState, reading: Reading, context: RuleContext, signals: Signal[]): RestlessState => {
  const { movingMinutes, ofMinutes } = context.numbers.restless;
  const minute = minuteOf(reading.receivedAt);
  const marks = withMark(state.marks, minute, ofMinutes);
  if (marks === state.marks) return state;
  const next = { ...state, marks };
  const count = countOf(marks, minute, ofMinutes);
  if (state.raised || count < movingMinutes) return next;
  const since = instant((marks[0] ?? minute) * minutes(1));
  const reason: Reason = { code: 'restless', device: reading.device, since, numbers: { movingMinutes: count, ofMinutes } };
  signals.push({ type: 'raise', priority: 'low', stage: 'alarm', reason });
  return { ...next, raised: true };
};

/**
 * Restless in bed: movement in n of the last m minutes, by what the pad says of movement or turning, or by its flicker. Only while in bed;
 * leaving it ends it. A rule of activity, so that the resident's state does not quiet it.
 */
export const restlessRule: Rule<RestlessState> = {
  name: 'restless',
  subject: 'bed',
  reads: ['occupied', 'turned', 'movement', 'motion'],
  inactivity: false,
  initial: { presence: presenceUnknown, marks: [], raised: false },
  stateSchema: restlessStateSchema,
  isOn: ({ restless: { enabled } }) => enabled,
  sentence({ restless: { enabled, movingMinutes, ofMinutes } }, language) {
    const nOfM = sayNOfM(movingMinutes, ofMinutes, { 'zh-CN': '分钟', en: 'minutes' }, language);
    return inWords(
      language,
      enabled,
      `在床上${nOfM}有体动，就报警（低）；体动少于一半或离床后解除。`,
      `Alarm (low) when somebody in bed moved in ${nOfM}; over when it is less than half of that, or out of bed.`,
    );
  },
  apply(before, input, context) {
    const signals: Signal[] = [];
    let state = before;
    if (input.type === 'wake') state = settle(state, context.now, context, signals);
    if (input.type === 'reading') {
      const { reading } = input;
      state = settle(state, reading.receivedAt, context, signals);
      const presence = hearPad(state.presence, reading);
      const flicker = flickered(state.presence, presence);
      state = presence === state.presence ? state : settle({ ...state, presence }, reading.receivedAt, context, signals);
      const { enabled, movementPercent } = context.numbers.restless;
      if (enabled && state.presence.inBed === true && (flicker || movementIn(reading, state.presence.pad, movementPercent) === true))
        state = moved(state, reading, context, signals);
    }
    return { state, signals, wakeAt: due(state, context)?.at ?? null };
  },
};
