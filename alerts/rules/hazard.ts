import { z } from 'zod';
import type { Priority, Reason } from '../../domain/alarm.ts';
import type { CareNumbers } from '../../domain/care-profile.ts';
import { after, type Instant, instantSchema, minutes } from '../../domain/instant.ts';
import type { Language } from '../../domain/language.ts';
import type { ReasonCode } from '../../domain/reason-code.ts';
import type { Reading } from '../../domain/reading.ts';
import { sayMinutes } from './conditions/held-for.ts';
import { within } from './conditions/within.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const sensorSchema = z.strictObject({
  on: z.boolean(),
  since: instantSchema,
  /** When it last said so. */
  lastAt: instantSchema,
});

const hazardStateSchema = z.strictObject({
  /** The sensors that have told of it since it began. */
  sensors: z.record(z.string(), sensorSchema),
  /** Since when all of them are clear. */
  clearSince: instantSchema.nullable(),
  raised: z.boolean(),
});
export type HazardState = z.infer<typeof hazardStateSchema>;

/**
 * A sensor that has been silent about it for so long and then tells of it means a new one, for its all-clear may have been lost or it may
 * give none (as with falls; judgement).
 */
const newAfter = minutes(10);

interface Hazard {
  readonly name: 'smoke' | 'gas' | 'leak';
  readonly priority: Priority;
  readonly over: ReasonCode;
  readonly words: Readonly<Record<Language, string>>;
  readonly first: Readonly<Record<Language, string>>;
}

const enabledIn = (numbers: CareNumbers, name: Hazard['name']): boolean => name !== 'leak' || numbers.leak.enabled;

const clearAt = (state: HazardState, hazard: Hazard, context: RuleContext): Instant | null =>
  state.clearSince === null ? null : after(state.clearSince, minutes(context.numbers[hazard.name].clearMinutes));

const settle = (state: HazardState, at: Instant, hazard: Hazard, context: RuleContext, signals: Signal[]): HazardState => {
  const due = clearAt(state, hazard, context);
  if (due === null || due > at || state.clearSince === null) return state;
  if (state.raised) signals.push({ type: 'return', reason: { code: hazard.over, device: null, since: state.clearSince, numbers: {} } });
  return { sensors: {}, clearSince: null, raised: false };
};

const hear = (state: HazardState, reading: Reading, on: boolean, hazard: Hazard, context: RuleContext, signals: Signal[]): HazardState => {
  const { device, receivedAt: at } = reading;
  const sensor = state.sensors[device];
  if (!on) {
    if (sensor === undefined || !sensor.on) return state;
    const sensors = { ...state.sensors, [device]: { ...sensor, on: false } };
    return { ...state, sensors, clearSince: Object.values(sensors).some((one) => one.on) ? null : at };
  }
  const goingOn = sensor !== undefined && within(sensor.lastAt, at, newAfter);
  const since = goingOn ? sensor.since : at;
  const sensors = { ...state.sensors, [device]: { on: true, since, lastAt: at } };
  if (goingOn || !enabledIn(context.numbers, hazard.name)) return { ...state, sensors, clearSince: null };
  const reason: Reason = { code: hazard.name, device, since, numbers: {} };
  signals.push({ type: 'raise', priority: hazard.priority, stage: 'alarm', reason });
  return { sensors, clearSince: null, raised: true };
};

/**
 * A danger in the home: an alarm at once when a sensor tells of it, and again for every further sensor. Over when all of them have been
 * clear for `clearMinutes`, so that one that sounds in bursts is one alarm. Nothing quiets it: neither away nor a visitor nor an installer
 * at work; who tests a detector acknowledges what he has raised.
 */
export const createHazardRule = (hazard: Hazard): Rule<HazardState> => ({
  name: hazard.name,
  subject: 'bed',
  reads: [hazard.name],
  inactivity: false,
  initial: { sensors: {}, clearSince: null, raised: false },
  stateSchema: hazardStateSchema,
  isOn: (numbers) => enabledIn(numbers, hazard.name),
  sentence(numbers, language) {
    const clear = sayMinutes(numbers[hazard.name].clearMinutes, language);
    const priority = hazard.priority === 'high' ? { zh: '高', en: 'high' } : { zh: '中', en: 'medium' };
    return inWords(
      language,
      enabledIn(numbers, hazard.name),
      `探测到${hazard.words['zh-CN']}，立即报警（${priority.zh}），不论老人是什么状态${hazard.first['zh-CN']}；全部探测器正常满 ${clear}后解除。`,
      `Alarm (${priority.en}) at once when ${hazard.words.en} is detected, whatever the state of the resident${hazard.first.en}; over when all detectors have been clear for ${clear}.`,
    );
  },
  apply(before, input, context) {
    const signals: Signal[] = [];
    let state = before;
    if (input.type === 'wake') state = settle(state, context.now, hazard, context, signals);
    const on = input.type === 'reading' ? input.reading.facts[hazard.name] : undefined;
    if (input.type === 'reading' && on !== undefined) {
      const at = input.reading.receivedAt;
      state = hear(settle(state, at, hazard, context, signals), input.reading, on, hazard, context, signals);
      state = settle(state, at, hazard, context, signals);
    }
    return { state, signals, wakeAt: clearAt(state, hazard, context) };
  },
});
