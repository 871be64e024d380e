import type { DeviceId } from '../domain/ids.ts';
import { type Instant, instantSchema, rfc3339Schema } from '../domain/instant.ts';
import { isCall, type ReadingKind } from '../domain/reading.ts';
import type { RejectionCode } from '../domain/rejection.ts';
import { type Decoded, ignored, maxRejections, rejected } from './decoded.ts';
import type { FieldReading, MessageReading } from './device-model.ts';
import { follow, isObject, type JsonObject, parseJson, textOf } from './payload.ts';
import { readingChecks } from './reading-checks.ts';

type Refuse = (code: RejectionCode, where: string, detail: string) => void;
type MutableFacts = { [kind: string]: unknown };

/** What the child's model says about a message, besides its fields. */
export interface MappedContext {
  readonly device: DeviceId;
  readonly retain: boolean;
  readonly retainedCalls: 'take' | 'refuse';
  readonly lowBelowMillivolts: number | undefined;
}
export type MappedMessage = (context: MappedContext, payload: Uint8Array) => Decoded[];

const numeric = /^-?\d{1,15}(?:\.\d{1,15})?$/;
/** A value as the keys of `values` are written; null for what cannot be one. */
const asText = (value: unknown): string | null =>
  typeof value === 'string' ? value.trim() : typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;

/** Our value for the device's; undefined when it means nothing; a refusal otherwise. */
const translate = (read: FieldReading, where: string, raw: unknown, refuse: Refuse): unknown => {
  if (read.values !== undefined) {
    const text = asText(raw);
    if (text !== null && Object.hasOwn(read.values, text)) return read.values[text] ?? undefined;
    if (typeof read.otherwise === 'object' && text !== null) return read.otherwise.take ?? undefined;
    if (read.otherwise !== 'ignore') refuse('payload-invalid', where, `is none of the values that the device model knows for ${read.fact}`);
    return undefined;
  }
  if (typeof raw === 'boolean') return read.invert ? !raw : raw;
  if (typeof raw === 'number') return raw * read.scale + read.offset;
  if (typeof raw === 'string' && numeric.test(raw)) return Number(raw) * read.scale + read.offset;
  return raw;
};

const isCallValue = (kind: ReadingKind, value: unknown): boolean =>
  (kind === 'button' && value === 'press') || (kind === 'fall' && (value === 'suspected' || value === 'confirmed'));

const compileField = (read: FieldReading): ((body: JsonObject, facts: MutableFacts, refuse: Refuse) => void) => {
  const where = read.field.join('.');
  const check = readingChecks[read.fact];
  const { when } = read;
  const wanted = when?.is === undefined ? null : new Set(when.is);
  return (body, facts, refuse) => {
    if (when !== undefined) {
      const condition = follow(body, when.field);
      if (condition === undefined || condition === null) return;
      if (wanted !== null && !wanted.has(asText(condition) ?? '')) return;
    }
    const raw = follow(body, read.field);
    if (raw === undefined || raw === null) return;
    const value = translate(read, where, raw, refuse);
    if (value === undefined) return;
    // The first field that speaks of a fact wins, but no field can talk a call away.
    if (Object.hasOwn(facts, read.fact) && !isCallValue(read.fact, value)) return;
    if (check.accepts(value)) facts[read.fact] = value;
    else refuse(typeof value === 'number' ? 'value-out-of-range' : 'payload-invalid', where, check.wanted);
  };
};

const compileTime = (time: MessageReading['time']): ((body: JsonObject) => Instant | null) => {
  if (time === undefined) return () => null;
  const scale = time.unit === 'seconds' ? 1_000 : 1;
  return (body) => {
    const raw = follow(body, time.field);
    if (typeof raw === 'string') return rfc3339Schema.safeParse(raw).data ?? null;
    return typeof raw === 'number' ? (instantSchema.safeParse(Math.floor(raw * scale)).data ?? null) : null;
  };
};

const compileEventId = (paths: MessageReading['eventId']): ((body: JsonObject) => string | null) => {
  if (paths === undefined || paths.length === 0) return () => null;
  return (body) => {
    const parts: string[] = [];
    for (const path of paths) {
      const text = asText(follow(body, path));
      if (text === null || text === '') return null;
      parts.push(text);
    }
    return parts.join(':').slice(0, 128);
  };
};

/** Takes the calls out of facts that may be old, and says so. */
const withoutCalls = (facts: MutableFacts, refuse: Refuse): void => {
  if (facts['button'] === 'press') delete facts['button'];
  if (facts['fall'] === 'suspected' || facts['fall'] === 'confirmed') delete facts['fall'];
  refuse(
    'payload-invalid',
    'retain',
    'a retained call may be an old one sent again; switch the retain flag off for this device, or let its messages carry a time',
  );
};

/** The payload as an object, or why it is none. */
const bodyOf = (payload: Uint8Array, textField: string | undefined): JsonObject | RejectionCode => {
  const text = textOf(payload);
  const value = parseJson(text);
  if (isObject(value)) return value;
  if (textField !== undefined && !Array.isArray(value)) return { [textField]: value === undefined ? text.trim() : value };
  return value === undefined ? 'payload-not-json' : 'payload-invalid';
};

/** Turns the description of one kind of message into a function. The function is pure and never throws. */
export const compileMessage = (reading: MessageReading): MappedMessage => {
  const fields = reading.read.map(compileField);
  const timeOf = compileTime(reading.time);
  const eventIdOf = compileEventId(reading.eventId);

  const one = (context: MappedContext, body: JsonObject): Decoded[] => {
    const { device } = context;
    const out: Decoded[] = [];
    const refuse: Refuse = (code, where, detail) => {
      if (out.length < maxRejections) out.push(rejected(device, code, where, detail));
    };
    const found: MutableFacts = {};
    for (const field of fields) field(body, found, refuse);
    const { lowBelowMillivolts } = context;
    if (lowBelowMillivolts !== undefined && typeof found['batteryVoltage'] === 'number' && found['batteryLow'] === undefined) {
      found['batteryLow'] = found['batteryVoltage'] < lowBelowMillivolts;
    }
    const eventId = eventIdOf(body);
    if (context.retain && context.retainedCalls === 'refuse' && eventId === null && isCall(found)) withoutCalls(found, refuse);
    if (Object.keys(found).length > 0) {
      out.unshift({ type: 'message', message: { device, facts: found, deviceAt: timeOf(body), eventId } });
    }
    return out;
  };

  return (context, payload) => {
    if (payload.length === 0) return [ignored('an empty message')];
    const body = bodyOf(payload, reading.textField);
    if (typeof body === 'string') return [rejected(context.device, body, 'payload', 'must be one JSON object')];
    const parts = reading.each === undefined ? [body] : follow(body, reading.each);
    if (!Array.isArray(parts)) return [ignored('nothing in it that the device model reads')];
    const out = parts.flatMap((part: unknown) => (isObject(part) ? one(context, part) : []));
    return out.length > 0 ? out : [ignored('nothing in it that the device model reads')];
  };
};

/** The first of these fields that holds a name; null when none does or the payload is no JSON object. */
export const childNamed = (payload: Uint8Array, fields: readonly (readonly string[])[]): string[] => {
  const body = parseJson(textOf(payload));
  if (!isObject(body)) return [];
  return fields.map((path) => asText(follow(body, path)) ?? '').filter((name) => name !== '');
};
