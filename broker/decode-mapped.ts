import type { DeviceId } from '../domain/ids.ts';
import { type Instant, instantSchema, rfc3339Schema } from '../domain/instant.ts';
import { isCall } from '../domain/reading.ts';
import type { RejectionCode } from '../domain/rejection.ts';
import { compileCondition } from './child-name.ts';
import { compileField, type MutableFacts, type Refuse } from './decode-field.ts';
import { type Decoded, ignored, maxRejections, rejected } from './decoded.ts';
import type { DeviceModel, MessageReading } from './device-model.ts';
import { follow, isObject, type JsonObject, parseJson, textOf } from './payload.ts';
import { asText } from './value-text.ts';

/** What the device's model says about a message, besides its fields. */
export interface MappedContext {
  readonly device: DeviceId;
  readonly retain: boolean;
  readonly model: Pick<DeviceModel, 'retainedCalls' | 'battery'>;
  /** How the child's own model reads what an envelope holds. */
  readonly inner?: MappedMessage | undefined;
}

/** One kind of message, ready to be read. */
export interface MappedMessage {
  /** The message of the child's model that reads the inside of this envelope. */
  readonly inner: string | undefined;
  read(context: MappedContext, payload: Uint8Array): Decoded[];
  /** The same for a part of a payload that was parsed already. */
  readBody(context: MappedContext, body: JsonObject): Decoded[];
  /** Only the facts of one body. */
  collect(body: JsonObject, facts: MutableFacts, refuse: Refuse): void;
}

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

/** The device's battery is low by its model's limits, unless the device has said itself how it is. */
const judgeBattery = (facts: MutableFacts, { lowBelowMillivolts, lowBelowPercent }: DeviceModel['battery']): void => {
  if (facts['batteryLow'] !== undefined) return;
  const { batteryVoltage, battery } = facts;
  if (lowBelowMillivolts !== undefined && typeof batteryVoltage === 'number') facts['batteryLow'] = batteryVoltage < lowBelowMillivolts;
  else if (lowBelowPercent !== undefined && typeof battery === 'number') facts['batteryLow'] = battery < lowBelowPercent;
};

/** The payload as an object, or why it is none. */
const bodyOf = (payload: Uint8Array, textField: string | undefined): JsonObject | RejectionCode => {
  const text = textOf(payload);
  const value = parseJson(text);
  if (isObject(value)) return value;
  if (textField !== undefined && !Array.isArray(value)) return { [textField]: value === undefined ? text.trim() : value };
  return value === undefined ? 'payload-not-json' : 'payload-invalid';
};

const nothing = (): Decoded => ignored('nothing in it that the device model reads');

/** Turns the description of one kind of message into functions. They are pure and never throw. */
export const compileMessage = (reading: MessageReading): MappedMessage => {
  const fields = reading.read.map(compileField);
  const timeOf = compileTime(reading.time);
  const eventIdOf = compileEventId(reading.eventId);
  const concerns = compileCondition(reading.only);
  const { needs, inner } = reading;
  const mustHave = compileCondition(needs?.when);

  const collect = (body: JsonObject, facts: MutableFacts, refuse: Refuse): void => {
    for (const field of fields) field(body, facts, refuse);
  };

  const one = (context: MappedContext, body: JsonObject): Decoded[] => {
    const { device, model } = context;
    const out: Decoded[] = [];
    const refuse: Refuse = (code, where, detail) => {
      if (out.length < maxRejections) out.push(rejected(device, code, where, detail));
    };
    const found: MutableFacts = {};
    if (needs !== undefined && mustHave(body) && (follow(body, needs.field) ?? null) === null) {
      refuse('payload-invalid', needs.field.join('.'), `is missing: ${needs.remedy}`);
    }
    const inside = inner === undefined ? undefined : follow(body, inner.field);
    if (isObject(inside)) context.inner?.collect(inside, found, refuse);
    collect(body, found, refuse);
    judgeBattery(found, model.battery);
    // A retained message tells of the past: the device need not be there any more.
    if (reading.alive && !context.retain) found['online'] ??= true;
    const eventId = eventIdOf(body);
    const deviceAt = timeOf(body);
    // A number that begins again tells copies for minutes only; a bridge that reconnects sends what is days old.
    const mayBeOld = context.retain && (eventId === null || deviceAt === null);
    if (mayBeOld && model.retainedCalls === 'refuse' && isCall(found)) withoutCalls(found, refuse);
    if (Object.keys(found).length > 0) out.unshift({ type: 'message', message: { device, facts: found, deviceAt, eventId } });
    return out;
  };

  const readBody = (context: MappedContext, body: JsonObject): Decoded[] => {
    const parts = !concerns(body) ? null : reading.each === undefined ? [body] : follow(body, reading.each);
    if (!Array.isArray(parts)) return [nothing()];
    const out = parts.flatMap((part: unknown) => (isObject(part) ? one(context, part) : []));
    return out.length > 0 ? out : [nothing()];
  };

  return {
    inner: inner?.message,
    collect,
    readBody,
    read(context, payload) {
      if (payload.length === 0) return [ignored('an empty message')];
      const body = bodyOf(payload, reading.textField);
      return typeof body === 'string' ? [rejected(context.device, body, 'payload', 'must be one JSON object')] : readBody(context, body);
    },
  };
};
