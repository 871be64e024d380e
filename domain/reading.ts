import { z } from 'zod';
import type { BedId, DeviceId, HomeId } from './ids.ts';
import { type Instant } from './instant.ts';

/**
 * Every kind of fact that a device can report, and the one type of its value. A kind keeps its type for ever: InfluxDB refuses a
 * field that changes type. Units: heart and breathing rate per minute, battery, humidity, movement and quality percent, water litres, battery voltage millivolts, link quality 0–255,
 * signal dBm, temperature °C, illuminance lux.
 */
export const readingValueSchemas = {
  /** A call for help by hand. `press` is a new call; `cancel` is the resident (or the unit on the wall) taking it back. */
  button: z.enum(['press', 'cancel']),
  /** What a fall sensor says. `suspected` may still be taken back; `confirmed` was confirmed by the sensor; `cleared` is its all-clear; `cancel` is the wearer's. */
  fall: z.enum(['suspected', 'confirmed', 'cleared', 'cancel']),
  /** Somebody lies in the bed. */
  occupied: z.boolean(),
  /** Somebody is in the room (radar). */
  presence: z.boolean(),
  motion: z.boolean(),
  /** The contact (door, window, cupboard) is open. */
  open: z.boolean(),
  heartRate: z.number().min(0).max(350),
  breathingRate: z.number().min(0).max(120),
  battery: z.number().min(0).max(100),
  batteryLow: z.boolean(),
  batteryVoltage: z.number().min(0).max(20_000),
  linkQuality: z.number().min(0).max(255),
  signal: z.number().min(-200).max(20),
  temperature: z.number().min(-60).max(100),
  humidity: z.number().min(0).max(100),
  illuminance: z.number().min(0).max(200_000),
  leak: z.boolean(),
  smoke: z.boolean(),
  gas: z.boolean(),
  tamper: z.boolean(),
  mains: z.boolean(),
  /** The sleeper has turned over (or was turned) since the device last said so. */
  turned: z.boolean(),
  /** Share of the reporting time in which somebody in bed moved, percent. */
  movement: z.number().min(0).max(100),
  /** How far the device trusts the heart and breathing rate of this message, percent. */
  quality: z.number().min(0).max(100),
  /** The water meter's count, litres; only ever grows, until it is changed or overflows. */
  waterTotal: z.number().min(0).max(1_000_000_000),
  /** The tag or bracelet that somebody wears is within reach of its receiver. */
  near: z.boolean(),
  /** The device is connected (its own word, its bridge's, or the broker's). */
  online: z.boolean(),
} as const;

export type ReadingKind = keyof typeof readingValueSchemas;
export const readingKinds = Object.keys(readingValueSchemas) as ReadingKind[];
export const readingKindSchema = z.enum(readingKinds as [ReadingKind, ...ReadingKind[]]);
export type ReadingValue<K extends ReadingKind = ReadingKind> = z.infer<(typeof readingValueSchemas)[K]>;

/** Facts of one message, at most one of each kind. An absent key says nothing: it is not false. */
export type Facts = { readonly [K in ReadingKind]?: ReadingValue<K> };
export const factsSchema = z.strictObject(readingValueSchemas).partial();

/** True when these facts hold a cry for help: never dropped for being frequent, never grouped away, committed at once. */
export const isCall = (facts: Facts): boolean => facts.button === 'press' || facts.fall === 'suspected' || facts.fall === 'confirmed';

/** What one device said in one message, in our words. */
export interface DeviceMessage {
  readonly device: DeviceId;
  readonly facts: Facts;
  /** The device's own time for it, when it gives one. Never trusted for ordering or waits. */
  readonly deviceAt: Instant | null;
  /** What tells this event from a repeat of it: the device's own event id or counter. Null when the device gives none. */
  readonly eventId: string | null;
}

/** One message as the gateway took it in and committed it. */
export interface Reading extends DeviceMessage {
  /** Position in the journal; grows by one, never reused. */
  readonly seq: number;
  readonly home: HomeId | null;
  readonly bed: BedId | null;
  readonly receivedAt: Instant;
}
