import { z } from 'zod';
import type { Reason } from '../../domain/alarm.ts';
import type { Instant } from '../../domain/instant.ts';
import { bedPresenceSchema, believePad, hearPad, padDue, presenceUnknown } from './bed-presence.ts';
import { checkInForce, dailyCheckSchema, nextDay, putOff } from './daily-check.ts';
import { isQuieted } from './quieted.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const notInBedByStateSchema = z.strictObject({
  presence: bedPresenceSchema,
  check: dailyCheckSchema.nullable(),
  raised: z.boolean(),
});
export type NotInBedByState = z.infer<typeof notInBedByStateSchema>;

const turn = (state: NotInBedByState, signals: Signal[]): NotInBedByState => {
  const presence = believePad(state.presence);
  if (presence.inBed !== true || presence.since === null || !state.raised) return { ...state, presence };
  signals.push({ type: 'return', reason: { code: 'gone-to-bed', device: presence.pad, since: presence.since, numbers: {} } });
  return { ...state, presence, raised: false };
};

const look = (state: NotInBedByState, context: RuleContext, signals: Signal[]): NotInBedByState => {
  const { check, presence } = state;
  if (check === null) return state;
  if (isQuieted(context)) return { ...state, check: putOff(check, context.timeZone) };
  const next = { ...state, check: nextDay(check, context.timeZone) };
  if (presence.inBed !== false || presence.since === null || state.raised) return next;
  const { by } = context.numbers.notInBedBy;
  const reason: Reason = { code: 'not-in-bed-yet', device: presence.pad, since: presence.since, numbers: { by } };
  signals.push({ type: 'raise', priority: 'medium', stage: 'alarm', reason });
  return { ...next, raised: true };
};

const due = (state: NotInBedByState, context: RuleContext): { what: 'pad' | 'check'; at: Instant } | null => {
  const pad = padDue(state.presence, context.numbers);
  const check = state.check?.at ?? null;
  if (pad !== null && (check === null || pad <= check)) return { what: 'pad', at: pad };
  return check === null ? null : { what: 'check', at: check };
};

const settle = (start: NotInBedByState, at: Instant, context: RuleContext, signals: Signal[]): NotInBedByState => {
  const { enabled, by } = context.numbers.notInBedBy;
  const check = enabled ? checkInForce(start.check, by, at, context.timeZone) : null;
  let state = check === start.check ? start : { ...start, check };
  for (let next = due(state, context); next !== null && next.at <= at; next = due(state, context)) {
    state = next.what === 'pad' ? turn(state, signals) : look(state, context, signals);
  }
  return state;
};

/**
 * Not in bed by a clock time: the bed is empty then. Taken back by going to bed. A bed of which no pad has spoken is not known to be empty.
 * While the resident's state quiets it the look is put off, for hours but not into another day.
 */
export const notInBedByRule: Rule<NotInBedByState> = {
  name: 'not-in-bed-by',
  subject: 'bed',
  reads: ['occupied'],
  inactivity: true,
  initial: { presence: presenceUnknown, check: null, raised: false },
  stateSchema: notInBedByStateSchema,
  isOn: ({ notInBedBy: { enabled } }) => enabled,
  sentence: ({ notInBedBy: { enabled, by } }, language) =>
    inWords(
      language,
      enabled,
      `到 ${by} 床上还没有人，就报警（中）；上床后解除。`,
      `Alarm (medium) when nobody is in bed at ${by}; over when in bed.`,
    ),
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
