import { z } from 'zod';
import type { Rule, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const tamperStateSchema = z.strictObject({ raised: z.boolean() });
export type TamperState = z.infer<typeof tamperStateSchema>;

/** A device that was opened or taken off its place, by its own word. Over when it says that it is closed again. */
export const tamperRule: Rule<TamperState> = {
  name: 'tamper',
  subject: 'device',
  reads: ['tamper'],
  inactivity: false,
  initial: { raised: false },
  stateSchema: tamperStateSchema,
  isOn: ({ tamper: { enabled } }) => enabled,
  sentence: ({ tamper: { enabled } }, language) =>
    inWords(
      language,
      enabled,
      '设备被拆开或取下，就报设备故障；复原后解除。',
      'Device alarm when it is opened or taken off its place; over when it is closed again.',
    ),
  apply(state, input, context) {
    const tampered = input.type === 'reading' ? input.reading.facts.tamper : undefined;
    if (input.type !== 'reading' || tampered === undefined || tampered === state.raised) return { state, signals: [], wakeAt: null };
    if (tampered && !context.numbers.tamper.enabled) return { state, signals: [], wakeAt: null };
    const about = { device: input.reading.device, since: input.reading.receivedAt, numbers: {} };
    const signal: Signal = tampered
      ? { type: 'raise', priority: 'technical', stage: 'alarm', reason: { code: 'tampered', ...about } }
      : { type: 'return', reason: { code: 'tamper-over', ...about } };
    return { state: { raised: tampered }, signals: [signal], wakeAt: null };
  },
};
