import { z } from 'zod';
import type { Reason } from '../../domain/alarm.ts';
import { after, hours, type Instant, instantSchema, minutes } from '../../domain/instant.ts';
import { bedPresenceSchema, believePad, hearPad, padDue, presenceUnknown } from './bed-presence.ts';
import { nextClockTime } from './conditions/between-clock-times.ts';
import { during } from './conditions/during.ts';
import { heldFor, sayMinutes } from './conditions/held-for.ts';
import { checkInForce, dailyCheckSchema, nextDay, putOff } from './daily-check.ts';
import { isQuieted } from './quieted.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const notUpByStateSchema = z.strictObject({
  presence: bedPresenceSchema,
  /** The end of the last absence from bed that was long enough to be a getting up. */
  upAt: instantSchema.nullable(),
  check: dailyCheckSchema.nullable(),
  raised: z.boolean(),
});
export type NotUpByState = z.infer<typeof notUpByStateSchema>;

/** The pad's word is believed: an absence ends, or begins. */
const turn = (state: NotUpByState, context: RuleContext, signals: Signal[]): NotUpByState => {
  const presence = believePad(state.presence);
  const { since, pad: device } = presence;
  if (presence.inBed === false) {
    if (state.raised && since !== null) signals.push({ type: 'return', reason: { code: 'got-up', device, since, numbers: {} } });
    return { ...state, presence, raised: false };
  }
  const before = state.presence;
  // Before the pad's first word she may have been anywhere: that counts as up, rather than as in bed since ever.
  const wasUp = before.inBed === null || (since !== null && heldFor(before.since, minutes(context.numbers.notUpBy.upMinutes), since));
  const upAt = wasUp ? since : state.upAt;
  return { ...state, presence, upAt };
};

/** The clock shows the time: still in bed, and not up before? */
const look = (state: NotUpByState, context: RuleContext, signals: Signal[]): NotUpByState => {
  const { check, presence } = state;
  if (check === null) return state;
  const { by, countsFrom, upMinutes } = context.numbers.notUpBy;
  if (isQuieted(context)) return { ...state, check: putOff(check, context.timeZone) };
  if (presence.inBed === false && presence.since !== null && !heldFor(presence.since, minutes(upMinutes), check.at))
    return { ...state, check: putOff(check, context.timeZone, after(presence.since, minutes(upMinutes))) };
  const next = { ...state, check: nextDay(check, context.timeZone) };
  if (presence.inBed !== true || presence.since === null || state.raised) return next;
  const morning = { from: nextClockTime(after(check.base, hours(-24)), countsFrom, context.timeZone), to: check.at };
  if (during(state.upAt, morning)) return next;
  const reason: Reason = { code: 'not-up-yet', device: presence.pad, since: presence.since, numbers: { by } };
  signals.push({ type: 'raise', priority: 'medium', stage: 'alarm', reason });
  return { ...next, raised: true };
};

const due = (state: NotUpByState, context: RuleContext): { what: 'pad' | 'check'; at: Instant } | null => {
  const pad = padDue(state.presence, context.numbers);
  const check = state.check?.at ?? null;
  if (pad !== null && (check === null || pad <= check)) return { what: 'pad', at: pad };
  return check === null ? null : { what: 'check', at: check };
};

const settle = (start: NotUpByState, at: Instant, context: RuleContext, signals: Signal[]): NotUpByState => {
  const { enabled, by } = context.numbers.notUpBy;
  const check = enabled ? checkInForce(start.check, by, at, context.timeZone) : null;
  let state = check === start.check ? start : { ...start, check };
  for (let next = due(state, context); next !== null && next.at <= at; next = due(state, context)) {
    state = next.what === 'pad' ? turn(state, context, signals) : look(state, context, signals);
  }
  return state;
};

/**
 * Not up by a clock time: in bed then, and not out of it for `upMinutes` at a stretch since `countsFrom`. Who lay down only after
 * `countsFrom` has been up. Taken back by getting up. A short absence at that time is waited for: a trip to the toilet is no getting up.
 * While the resident's state quiets it the look is put off, for hours but not into another day.
 */
export const notUpByRule: Rule<NotUpByState> = {
  name: 'not-up-by',
  subject: 'bed',
  reads: ['occupied'],
  inactivity: true,
  initial: { presence: presenceUnknown, upAt: null, check: null, raised: false },
  stateSchema: notUpByStateSchema,
  isOn: ({ notUpBy: { enabled } }) => enabled,
  sentence({ notUpBy: { enabled, by, countsFrom, upMinutes } }, language) {
    const up = sayMinutes(upMinutes, language);
    return inWords(
      language,
      enabled,
      `到 ${by} 还躺在床上，且从 ${countsFrom} 起没有离床满 ${up}，就报警（中）；起床后解除。`,
      `Alarm (medium) when still in bed at ${by} and not out of it for ${up} at a stretch since ${countsFrom}; over when out of bed.`,
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
