import type { DeviceId } from '../domain/ids.ts';
import { type Instant, rfc3339Schema } from '../domain/instant.ts';
import type { Facts, ReadingKind } from '../domain/reading.ts';
import type { RejectionCode } from '../domain/rejection.ts';
import { maxEventIdLength } from './carebed-message.ts';
import { type Decoded, ignored, maxRejections, rejected } from './decoded.ts';
import { isObject, parseJson, textOf } from './payload.ts';
import { isReadingKind, readingChecks } from './reading-checks.ts';

/** The three topics of Carebed's own protocol, below a device's prefix or below `child/<child>/` of its hub. */
export type CarebedTopic = 'event' | 'telemetry' | 'status';
export const isCarebedTopic = (text: string): text is CarebedTopic => text === 'event' || text === 'telemetry' || text === 'status';

const eventIdOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value.length > 0 && value.length <= maxEventIdLength ? value : undefined;
  return Number.isSafeInteger(value) && (value as number) >= 0 ? String(value) : undefined;
};

const instantOf = (value: unknown): Instant | undefined => {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? (value as Instant) : undefined;
  return typeof value === 'string' ? rfc3339Schema.safeParse(value).data : undefined;
};

/**
 * Reads one message of Carebed's own protocol, as `carebedMessageSchema` describes it, field by field: a call beside a bad field, or beside
 * one that nobody knows, is still a call, and the bad field is refused beside it. Retained or not makes no difference: a call carries
 * an id, by which a repeat is known. Pure; never throws.
 */
export const decodeCarebed = (device: DeviceId, payload: Uint8Array, retain: boolean): Decoded[] => {
  if (payload.length === 0 && retain) return [ignored('an empty retained message only clears an older one')];
  const body = parseJson(textOf(payload));
  if (!isObject(body)) {
    return [rejected(device, body === undefined ? 'payload-not-json' : 'payload-invalid', 'payload', 'must be one JSON object')];
  }
  const out: Decoded[] = [];
  const refuse = (code: RejectionCode, where: string, detail: string): void => {
    if (out.length < maxRejections) out.push(rejected(device, code, where, detail));
  };
  const facts: { [K in ReadingKind]?: unknown } = {};
  let any = false;
  const take = (kind: ReadingKind, where: string, value: unknown): void => {
    const check = readingChecks[kind];
    if (check.accepts(value)) {
      facts[kind] = value;
      any = true;
    } else refuse(typeof value === 'number' ? 'value-out-of-range' : 'payload-invalid', where, check.wanted);
  };

  let eventId: string | undefined;
  let deviceAt: Instant | undefined;
  let spoke = false;
  for (const key of Object.keys(body)) {
    const value = body[key];
    if (key === 'readings') {
      spoke = true;
      if (!isObject(value)) refuse('payload-invalid', key, 'must be an object of kinds and values');
      else {
        for (const kind of Object.keys(value)) {
          if (isReadingKind(kind)) take(kind, `readings.${kind}`, value[kind]);
          else refuse('payload-invalid', `readings.${kind}`, 'is not a kind of reading');
        }
      }
    } else if (key === 'id') {
      eventId = eventIdOf(value);
      if (eventId === undefined) refuse('payload-invalid', key, `must be a text of 1 to ${maxEventIdLength} characters or a whole number`);
    } else if (key === 'at') {
      deviceAt = instantOf(value);
      if (deviceAt === undefined) refuse('payload-invalid', key, 'must be RFC 3339 with an offset, or milliseconds since 1970');
    } else if (key === 'online') {
      spoke = true;
      take(key, key, value);
    } else refuse('payload-invalid', key, 'is not a field of a Carebed message; known are id, at, readings, online');
  }
  if (!spoke) refuse('payload-invalid', 'readings', 'is missing');
  if (any) {
    const message = { device, facts: facts as Facts, deviceAt: deviceAt ?? null, eventId: eventId ?? null };
    out.unshift({ type: 'message', message });
  }
  return out.length > 0 ? out : [ignored('a message without readings')];
};
