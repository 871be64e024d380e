import { z } from 'zod';
import { deviceIdSchema } from '../../domain/ids.ts';
import { type Instant, instantSchema, minutes } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';

/** An event that a rule has already heard, so that a copy of it can be told from a new one. `word` is what was said: press, suspected … */
export const rememberedEventSchema = z.strictObject({
  device: deviceIdSchema,
  eventId: z.string().nullable(),
  word: z.string(),
  /** When the first copy was received. */
  at: instantSchema,
  deviceAt: instantSchema.nullable(),
});
export type RememberedEvent = z.infer<typeof rememberedEventSchema>;

/** So many events are remembered for each bed. */
export const remembered = 16;

/**
 * For so long the same event id from the same device is the same event (judgement: a sender repeats within seconds, after a power cut within
 * minutes). Not for ever: a counter that begins anew with a fresh battery must not make a later call look like an old one. With the same
 * device time as well, a copy is a copy however late.
 */
const sameIdFor = minutes(10);

/** True when this reading carries the id of an event that was heard before with the same word. */
export const isRepeatById = (events: readonly RememberedEvent[], reading: Reading, word: string): boolean =>
  reading.eventId !== null &&
  events.some(
    (event) =>
      event.device === reading.device &&
      event.eventId === reading.eventId &&
      event.word === word &&
      ((event.deviceAt !== null && event.deviceAt === reading.deviceAt) || isWithin(event.at, reading.receivedAt, sameIdFor)),
  );

/** True when `at` lies at or after `from`, by less than `wait` ms. A clock that was set back makes it false: then the event is new, which is loud. */
export const isWithin = (from: Instant, at: Instant, wait: number): boolean => at >= from && at - from < wait;

/** The events with this one added; the oldest are forgotten. */
export const withEvent = (events: readonly RememberedEvent[], reading: Reading, word: string): RememberedEvent[] => [
  ...events.slice(-(remembered - 1)),
  { device: reading.device, eventId: reading.eventId, word, at: reading.receivedAt, deviceAt: reading.deviceAt },
];
