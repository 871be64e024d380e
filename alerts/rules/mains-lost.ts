import { z } from 'zod';
import type { Reason } from '../../domain/alarm.ts';
import { deviceIdSchema } from '../../domain/ids.ts';
import { after, type Instant, instantSchema, minutes } from '../../domain/instant.ts';
import { sayMinutes } from './conditions/held-for.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const mainsLostStateSchema = z.strictObject({
  lost: z.strictObject({ device: deviceIdSchema, since: instantSchema }).nullable(),
  raised: z.boolean(),
});
export type MainsLostState = z.infer<typeof mainsLostStateSchema>;

const due = ({ lost, raised }: MainsLostState, { numbers }: RuleContext): Instant | null =>
  lost === null || raised || !numbers.mainsLost.enabled ? null : after(lost.since, minutes(numbers.mainsLost.alarmMinutes));

const settle = (state: MainsLostState, at: Instant, context: RuleContext, signals: Signal[]): MainsLostState => {
  const raiseAt = due(state, context);
  if (state.lost === null || raiseAt === null || raiseAt > at) return state;
  const { alarmMinutes } = context.numbers.mainsLost;
  const reason: Reason = { code: 'mains-lost', ...state.lost, numbers: { alarmMinutes } };
  signals.push({ type: 'raise', priority: 'technical', stage: 'alarm', reason });
  return { ...state, raised: true };
};

/** A device that says it runs on its battery, for `alarmMinutes`. Over when it says that the mains are back. */
export const mainsLostRule: Rule<MainsLostState> = {
  name: 'mains-lost',
  subject: 'device',
  reads: ['mains'],
  inactivity: false,
  initial: { lost: null, raised: false },
  stateSchema: mainsLostStateSchema,
  isOn: ({ mainsLost: { enabled } }) => enabled,
  sentence({ mainsLost: { enabled, alarmMinutes } }, language) {
    const wait = sayMinutes(alarmMinutes, language);
    return inWords(
      language,
      enabled,
      `设备断电超过 ${wait}，就报设备故障；恢复供电后解除。`,
      `Device alarm after ${wait} without mains; over when they are back.`,
    );
  },
  apply(before, input, context) {
    const signals: Signal[] = [];
    let state = before;
    if (input.type === 'wake') state = settle(state, context.now, context, signals);
    const mains = input.type === 'reading' ? input.reading.facts.mains : undefined;
    if (input.type === 'reading' && mains !== undefined) {
      const { device, receivedAt: at } = input.reading;
      state = settle(state, at, context, signals);
      if (!mains && state.lost === null) state = settle({ ...state, lost: { device, since: at } }, at, context, signals);
      if (mains && state.lost !== null) {
        if (state.raised) signals.push({ type: 'return', reason: { code: 'mains-back', device, since: at, numbers: {} } });
        state = { lost: null, raised: false };
      }
    }
    return { state, signals, wakeAt: due(state, context) };
  },
};
