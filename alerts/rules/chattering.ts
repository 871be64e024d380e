import { z } from 'zod';
import { deviceIdSchema } from '../../domain/ids.ts';
import { after, type Instant, instantSchema, minutes } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';
import { sayMinutes } from './conditions/held-for.ts';
import { within } from './conditions/within.ts';
import { without } from './conditions/without.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

/** Kinds that stand on or off. Motion and presence come and go by nature; button and fall are calls for help and are never called chatter. */
const kinds = ['occupied', 'open', 'leak', 'smoke', 'gas', 'tamper', 'mains', 'online'] as const;

const onSchema = z.strictObject({ on: z.boolean(), at: z.array(instantSchema).readonly() });

const chatteringStateSchema = z.strictObject({
  device: deviceIdSchema.nullable(),
  /** By kind: how it stands, and when it last went on, oldest first. */
  kinds: z.record(z.string(), onSchema),
  lastOnAt: instantSchema.nullable(),
  raised: z.boolean(),
});
export type ChatteringState = z.infer<typeof chatteringStateSchema>;

const aMinute = minutes(1);

const calmAt = (state: ChatteringState, context: RuleContext): Instant | null =>
  state.raised && state.lastOnAt !== null ? after(state.lastOnAt, minutes(context.numbers.chattering.calmMinutes)) : null;

const settle = (state: ChatteringState, at: Instant, context: RuleContext, signals: Signal[]): ChatteringState => {
  const calm = calmAt(state, context);
  if (calm === null || !without(state.lastOnAt, minutes(context.numbers.chattering.calmMinutes), at)) return state;
  signals.push({ type: 'return', reason: { code: 'steady-again', device: state.device, since: calm, numbers: {} } });
  return { ...state, raised: false };
};

const hear = (before: ChatteringState, reading: Reading, context: RuleContext, signals: Signal[]): ChatteringState => {
  const { device, receivedAt: at, facts } = reading;
  const { enabled, timesAMinute } = context.numbers.chattering;
  let state = before;
  for (const kind of kinds) {
    const on = facts[kind];
    const known = state.kinds[kind];
    if (on === undefined || on === known?.on) continue;
    const times = on && known !== undefined ? [...known.at.filter((one) => within(one, at, aMinute)), at] : (known?.at ?? []);
    state = { ...state, device, kinds: { ...state.kinds, [kind]: { on, at: times } } };
    if (!on || known === undefined) continue;
    state = { ...state, lastOnAt: at };
    if (state.raised || !enabled || times.length <= timesAMinute) continue;
    const since = times[0] ?? at;
    const reason = { code: 'chattering', device, since, numbers: { kind, times: times.length, timesAMinute } } as const;
    signals.push({ type: 'raise', priority: 'technical', stage: 'alarm', reason });
    state = { ...state, raised: true };
  }
  return state;
};

/**
 * A device that goes on and off too often: more than so many times within a minute, of one kind. It only tells the maintainers; whatever
 * the device reports meanwhile is still heeded by the rules whose business it is. Over after a steady while.
 */
export const chatteringRule: Rule<ChatteringState> = {
  name: 'chattering',
  subject: 'device',
  reads: kinds,
  inactivity: false,
  initial: { device: null, kinds: {}, lastOnAt: null, raised: false },
  stateSchema: chatteringStateSchema,
  isOn: ({ chattering: { enabled } }) => enabled,
  sentence({ chattering: { enabled, timesAMinute, calmMinutes } }, language) {
    const calm = sayMinutes(calmMinutes, language);
    return inWords(
      language,
      enabled,
      `设备 1 分钟内跳变超过 ${timesAMinute} 次，就报设备故障；稳定 ${calm}后解除。呼叫和跌倒不算跳变。`,
      `Device alarm when it goes on more than ${timesAMinute} times within a minute; over after ${calm} without. Calls and falls never count as chatter.`,
    );
  },
  apply(before, input, context) {
    const signals: Signal[] = [];
    let state = before;
    if (input.type === 'wake') state = settle(state, context.now, context, signals);
    if (input.type === 'reading') {
      const at = input.reading.receivedAt;
      state = hear(settle(state, at, context, signals), input.reading, context, signals);
    }
    return { state, signals, wakeAt: calmAt(state, context) };
  },
};
