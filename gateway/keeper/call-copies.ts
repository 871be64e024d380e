import type { DeviceId } from '../../domain/ids.ts';
import { type Duration, type Instant, minutes } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';

/** Where the calls that were taken are remembered; part of the commit that takes them. */
export interface TakenCalls {
  callTaken(device: DeviceId, key: string): Instant | null;
  markCall(device: DeviceId, key: string, at: Instant): void;
}

/**
 * For so long an id without a time tells a copy. Such ids are counters: they begin again with a fresh battery, or after 255, and a press may
 * not be taken for one of last week.
 */
export const countersTellFor = minutes(10);

const isWithin = (from: Instant | null, at: Instant, wait: number): boolean => from !== null && at >= from && at - from < wait;

/** The event of a call, under a key that no other event of the device has. */
const eventKey = ({ facts, eventId, deviceAt }: Reading): string =>
  `${facts.button ?? ''}/${facts.fall ?? ''}/${eventId}${deviceAt === null ? '' : `@${deviceAt}`}`;
const pressKey = 'press';

/**
 * Tells a call from a copy of one that was taken already, by two of the rules of docs/devices.md. A copy is null (or loses its press, when
 * other things were said as well); in doubt it is a call.
 *
 * - `same-event`: the id and the device's time of an event that was taken, however late; an id without a time, within minutes.
 * - `same-press`: the device's model says that it repeats a press, and one was taken just before. The time does not slide.
 */
export const createCallCopies =
  (taken: TakenCalls, repeatsWithin: (device: DeviceId) => Duration | null) =>
  (reading: Reading): Reading | null => {
    const { device, facts, eventId, deviceAt, receivedAt } = reading;
    if (eventId !== null) {
      const key = eventKey(reading);
      const before = taken.callTaken(device, key);
      if (deviceAt === null ? isWithin(before, receivedAt, countersTellFor) : before !== null) return null;
      taken.markCall(device, key, receivedAt);
    }
    const repeats = facts.button === 'press' ? repeatsWithin(device) : null;
    if (repeats === null) return reading;
    if (!isWithin(taken.callTaken(device, pressKey), receivedAt, repeats)) {
      taken.markCall(device, pressKey, receivedAt);
      return reading;
    }
    const { button: _, ...rest } = facts;
    return Object.keys(rest).length === 0 ? null : { ...reading, facts: rest };
  };
