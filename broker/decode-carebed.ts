import type { DeviceId } from '../domain/ids.ts';
import { type Facts, type ReadingKind, readingKinds, readingValueSchemas } from '../domain/reading.ts';
import type { RejectionCode } from '../domain/rejection.ts';
import { carebedMessageSchema, carebedStatusSchema, deviceTimeSchema, eventIdSchema } from './carebed-message.ts';
import { type Decoded, ignored, maxRejections, rejected } from './decoded.ts';
import { isObject, type JsonObject, own, parseJson, textOf } from './payload.ts';

/** The three topics of Carebed's own protocol, below a device's prefix or below `child/<child>/` of its hub. */
export type CarebedTopic = 'event' | 'telemetry' | 'status';
export const isCarebedTopic = (text: string): text is CarebedTopic => text === 'event' || text === 'telemetry' || text === 'status';

const knownKeys = new Set(['id', 'at', 'readings', 'online']);
const isKind = (key: string): key is ReadingKind => Object.hasOwn(readingValueSchemas, key);

/** What would have been right, in one sentence. */
const wanted: { readonly [K in ReadingKind]: string } = Object.fromEntries(
  readingKinds.map((kind) => {
    const parsed = readingValueSchemas[kind].safeParse(Symbol('wrong'));
    return [kind, parsed.success ? '' : (parsed.error.issues[0]?.message ?? '')];
  }),
) as { [K in ReadingKind]: string };

/** Takes each good field of a message that is not wholly right. A call beside a bad field, or beside one that nobody knows, is still a call. */
const salvage = (device: DeviceId, body: JsonObject): Decoded[] => {
  const out: Decoded[] = [];
  const refuse = (code: RejectionCode, where: string, detail: string): void => {
    if (out.length < maxRejections) out.push(rejected(device, code, where, detail));
  };
  const facts: { [kind: string]: unknown } = {};
  const take = (kind: ReadingKind, where: string, value: unknown): void => {
    const parsed = readingValueSchemas[kind].safeParse(value);
    if (parsed.success) facts[kind] = parsed.data;
    else
      refuse(typeof value === 'number' ? 'value-out-of-range' : 'payload-invalid', where, parsed.error.issues[0]?.message ?? wanted[kind]);
  };

  for (const key of Object.keys(body)) {
    if (!knownKeys.has(key)) refuse('payload-invalid', key, 'is not a field of a Carebed message; known are id, at, readings, online');
  }
  const id = eventIdSchema.optional().safeParse(own(body, 'id'));
  if (!id.success) refuse('payload-invalid', 'id', 'must be a text of 1 to 128 characters or a whole number');
  const at = deviceTimeSchema.optional().safeParse(own(body, 'at'));
  if (!at.success) refuse('payload-invalid', 'at', 'must be RFC 3339 with an offset, or milliseconds since 1970');
  const online = own(body, 'online');
  if (online !== undefined) take('online', 'online', online);
  const readings = own(body, 'readings');
  if (isObject(readings)) {
    for (const key of Object.keys(readings)) {
      if (isKind(key)) take(key, `readings.${key}`, readings[key]);
      else refuse('payload-invalid', `readings.${key}`, 'is not a kind of reading');
    }
  } else if (readings !== undefined) {
    refuse('payload-invalid', 'readings', 'must be an object of kinds and values');
  } else if (online === undefined) {
    refuse('payload-invalid', 'readings', 'is missing');
  }
  if (Object.keys(facts).length > 0) out.unshift(message(device, facts as Facts, id.data, at.data));
  return out;
};

const message = (device: DeviceId, facts: Facts, id: string | number | undefined, at: number | undefined): Decoded => ({
  type: 'message',
  message: { device, facts, deviceAt: (at ?? null) as never, eventId: id === undefined ? null : String(id) },
});

/**
 * Reads one message of Carebed's own protocol. Retained or not makes no difference: a call carries an id, by which a repeat is known.
 * Pure; never throws.
 */
export const decodeCarebed = (device: DeviceId, topic: CarebedTopic, payload: Uint8Array, retain: boolean): Decoded[] => {
  if (payload.length === 0 && retain) return [ignored('an empty retained message only clears an older one')];
  const body = parseJson(textOf(payload));
  if (body === undefined) return [rejected(device, 'payload-not-json', 'payload', 'must be one JSON object')];
  if (!isObject(body)) return [rejected(device, 'payload-invalid', 'payload', 'must be one JSON object')];
  if (topic === 'status') {
    const status = carebedStatusSchema.safeParse(body);
    if (status.success) return [message(device, { online: status.data.online }, undefined, status.data.at)];
  } else {
    const parsed = carebedMessageSchema.safeParse(body);
    if (parsed.success) {
      const { id, at, readings } = parsed.data;
      for (const _ in readings) return [message(device, readings as Facts, id, at)];
      return [ignored('a message without readings')];
    }
  }
  return salvage(device, body);
};
