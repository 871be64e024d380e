import { z } from 'zod';
import type { Reason } from '../../domain/alarm.ts';
import type { CareNumbers } from '../../domain/care-profile.ts';
import { type Instant, minutes, seconds } from '../../domain/instant.ts';
import type { Language } from '../../domain/language.ts';
import type { ReasonCode } from '../../domain/reason-code.ts';
import type { Reading } from '../../domain/reading.ts';
import { oneMore, rowSchema } from './conditions/in-a-row.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const vitalStateSchema = z.strictObject({
  /** The pad's last word; null when it has never spoken. */
  inBed: z.boolean().nullable(),
  /** Where the last good samples lie, and how many of them in a row. */
  side: z.enum(['low', 'well', 'high']),
  row: rowSchema.nullable(),
  /** So many of the row were beyond the red values of NEWS, newest first. */
  red: z.number().int().min(0),
  raised: z.strictObject({ side: z.enum(['low', 'high']), priority: z.enum(['medium', 'high']) }).nullable(),
});
export type VitalState = z.infer<typeof vitalStateSchema>;

/** [judgement] Samples further apart are not in a row: much can happen between. */
const rowBreaks = minutes(10);

interface Vital {
  readonly name: 'heart-rate' | 'breathing-rate';
  readonly kind: 'heartRate' | 'breathingRate';
  readonly red: { readonly low: number; readonly high: number };
  readonly codes: Readonly<Record<'low' | 'well' | 'high', ReasonCode>>;
  readonly words: Readonly<Record<Language, string>>;
}

const initial: VitalState = { inBed: null, side: 'well', row: null, red: 0, raised: null };

/** The row with this good sample. The same state when all has long been well, so that a steady heart costs no write. */
const withSample = (state: VitalState, value: number, at: Instant, vital: Vital, numbers: CareNumbers): VitalState => {
  const { lowPerMinute, highPerMinute, samples, apartSeconds } = numbers[vital.kind];
  const side = value < lowPerMinute ? 'low' : value > highPerMinute ? 'high' : 'well';
  if (side === 'well' && state.side === 'well' && state.raised === null && (state.row?.count ?? 0) >= samples) return state;
  const row = oneMore(side === state.side ? state.row : null, at, seconds(apartSeconds), rowBreaks);
  if (row === state.row) return state;
  const beyond = value <= vital.red.low || value >= vital.red.high;
  const red = beyond && side !== 'well' ? (row.count === 1 ? 1 : state.red + 1) : 0;
  return { ...state, side, row, red };
};

const judge = (state: VitalState, value: number, reading: Reading, vital: Vital, context: RuleContext, signals: Signal[]): VitalState => {
  const { enabled, lowPerMinute, highPerMinute, samples } = context.numbers[vital.kind];
  const { side, row, raised } = state;
  if (row === null || row.count < samples) return state;
  const about = { device: reading.device, since: row.since };
  if (side === 'well') {
    if (raised === null) return state;
    const reason: Reason = { code: vital.codes.well, ...about, numbers: { measuredPerMinute: value, samples } };
    signals.push({ type: 'return', reason });
    return { ...state, raised: null };
  }
  if (!enabled) return state;
  const priority = state.red >= samples || (raised?.side === side && raised.priority === 'high') ? 'high' : 'medium';
  if (raised !== null && raised.side === side && raised.priority === priority) return state;
  const limit = side === 'low' ? { lowPerMinute } : { highPerMinute };
  const reason: Reason = { code: vital.codes[side], ...about, numbers: { measuredPerMinute: value, ...limit, samples } };
  signals.push({ type: 'raise', priority, stage: 'alarm', reason });
  return { ...state, raised: { side, priority } };
};

/**
 * A vital sign outside this resident's limits: `samples` good ones in a row, in bed. Medium; high when all of them are beyond the red values
 * of NEWS. Over after as many within the limits. Good is what the device trusts; 0 is no measurement. A poor sample neither counts nor
 * breaks the row, ten minutes without a good one do. In bed is what the pad last said; without a pad's word nothing counts, for a heart
 * beats fast on the stairs. Leaving the bed breaks the row and ends nothing. The resident's state does not matter.
 */
export const createVitalRule = (vital: Vital): Rule<VitalState> => ({
  name: vital.name,
  subject: 'bed',
  reads: [vital.kind, 'occupied'],
  inactivity: false,
  initial,
  stateSchema: vitalStateSchema,
  isOn: (numbers) => numbers[vital.kind].enabled,
  sentence(numbers, language) {
    const { enabled, lowPerMinute, highPerMinute, samples } = numbers[vital.kind];
    const what = vital.words[language];
    const { low, high } = vital.red;
    return inWords(
      language,
      enabled,
      `在床上连续 ${samples} 次可信的${what}低于每分钟 ${lowPerMinute} 次或高于 ${highPerMinute} 次，就报警（中；不高于 ${low} 或不低于 ${high} 为高）；同样多次回到范围内后解除。`,
      `Alarm (medium; high at ${low} or less or ${high} or more) when ${samples} good samples of ${what} in a row, in bed, are below ${lowPerMinute} or above ${highPerMinute} a minute; over after as many within.`,
    );
  },
  apply(before, input, context) {
    if (input.type !== 'reading') return { state: before, signals: [], wakeAt: null };
    const { reading } = input;
    const { occupied, quality, [vital.kind]: value } = reading.facts;
    let state = before;
    if (occupied !== undefined && occupied !== state.inBed) {
      state = { ...state, inBed: occupied, ...(occupied ? {} : { side: 'well', row: null, red: 0 }) };
    }
    const { leastQualityPercent } = context.numbers[vital.kind];
    const good = value !== undefined && value > 0 && state.inBed === true && (quality === undefined || quality >= leastQualityPercent);
    if (!good) return { state, signals: [], wakeAt: null };
    const signals: Signal[] = [];
    const sampled = withSample(state, value, reading.receivedAt, vital, context.numbers);
    if (sampled !== state) state = judge(sampled, value, reading, vital, context, signals);
    return { state, signals, wakeAt: null };
  },
});
