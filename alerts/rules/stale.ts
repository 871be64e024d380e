import { z } from 'zod';
import { hours, instantSchema } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';
import { heldFor, sayHours } from './conditions/held-for.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const vitals = ['heartRate', 'breathingRate'] as const;
/** Kinds that life and the day change. Of those that stand on or off only on can be stuck: nobody there for days is no fault. */
const others = ['occupied', 'presence', 'motion', 'temperature', 'humidity', 'illuminance'] as const;
const kinds = [...vitals, ...others] as const;
type Kind = (typeof kinds)[number];

const valueSchema = z.strictObject({ value: z.union([z.number(), z.boolean()]), since: instantSchema });

const staleStateSchema = z.strictObject({
  values: z.record(z.string(), valueSchema),
  /** The kinds that are stuck. */
  stuck: z.array(z.enum(kinds)).readonly(),
});
export type StaleState = z.infer<typeof staleStateSchema>;

const isVital = (kind: Kind): boolean => (vitals as readonly Kind[]).includes(kind);

const hearKind = (before: StaleState, kind: Kind, reading: Reading, context: RuleContext, signals: Signal[]): StaleState => {
  const value = reading.facts[kind];
  if (value === undefined) return before;
  const { device, receivedAt: at } = reading;
  const known = before.values[kind];
  if (known === undefined || known.value !== value) {
    const stuck = before.stuck.includes(kind) ? before.stuck.filter((one) => one !== kind) : before.stuck;
    if (stuck.length === 0 && before.stuck.length > 0)
      signals.push({ type: 'return', reason: { code: 'changing-again', device, since: at, numbers: { kind } } });
    return { values: { ...before.values, [kind]: { value, since: at } }, stuck };
  }
  const { enabled, vitalHours, otherHours } = context.numbers.stale;
  const sameHours = isVital(kind) ? vitalHours : otherHours;
  const says = value !== false && !(isVital(kind) && value === 0);
  if (!enabled || !says || before.stuck.includes(kind) || !heldFor(known.since, hours(sameHours), at)) return before;
  if (before.stuck.length === 0) {
    const reason = { code: 'stale', device, since: known.since, numbers: { kind, sameHours } } as const;
    signals.push({ type: 'raise', priority: 'technical', stage: 'alarm', reason });
  }
  return { ...before, stuck: [...before.stuck, kind] };
};

/**
 * A sensor that may be stuck: it still speaks, and says the very same for hours where life would change it. It is told by its own word, not
 * by silence, which is another rule's business. Over when every stuck value has changed.
 */
export const staleRule: Rule<StaleState> = {
  name: 'stale',
  subject: 'device',
  reads: kinds,
  inactivity: false,
  initial: { values: {}, stuck: [] },
  stateSchema: staleStateSchema,
  isOn: ({ stale: { enabled } }) => enabled,
  sentence({ stale: { enabled, vitalHours, otherHours } }, language) {
    const [vital, other] = [sayHours(vitalHours, language), sayHours(otherHours, language)];
    return inWords(
      language,
      enabled,
      `设备的心率或呼吸 ${vital}一点不变，或其他数值 ${other}一点不变，就报设备故障（传感器可能卡住）；数值变化后解除。`,
      `Device alarm when its heart or breathing rate is the very same for ${vital}, or another value for ${other}: the sensor may be stuck; over when it changes.`,
    );
  },
  apply(before, input, context) {
    if (input.type !== 'reading') return { state: before, signals: [], wakeAt: null };
    const { enabled } = context.numbers.stale;
    if (!enabled && before.stuck.length === 0) return { state: before, signals: [], wakeAt: null };
    const signals: Signal[] = [];
    let state = before;
    for (const kind of kinds) state = hearKind(state, kind, input.reading, context, signals);
    return { state, signals, wakeAt: null };
  },
};
