import { z } from 'zod';
import type { CareNumbers } from '../../domain/care-profile.ts';
import { deviceIdSchema } from '../../domain/ids.ts';
import { after, type Instant, instantSchema, seconds } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';

export const bedPresenceSchema = z.strictObject({
  /** Null: no pad has spoken yet, or not for long enough. */
  inBed: z.boolean().nullable(),
  since: instantSchema.nullable(),
  /** The pad that said so. With several pads in a bed the last word counts. */
  pad: deviceIdSchema.nullable(),
  /** What the pad says now, when it has not said so for long enough to be believed. */
  turning: z.strictObject({ to: z.boolean(), since: instantSchema, pad: deviceIdSchema }).nullable(),
});
/** Whether somebody lies in the bed, with the flicker of a pad taken out. */
export type BedPresence = z.infer<typeof bedPresenceSchema>;

export const presenceUnknown: BedPresence = { inBed: null, since: null, pad: null, turning: null };

/** Takes in a pad's word, if this reading holds one. The same object when it changes nothing. */
export const hearPad = (presence: BedPresence, reading: Reading): BedPresence => {
  const { occupied } = reading.facts;
  if (occupied === undefined) return presence;
  if (occupied === presence.inBed) return presence.turning === null ? presence : { ...presence, turning: null };
  if (presence.turning?.to === occupied) return presence;
  return { ...presence, turning: { to: occupied, since: reading.receivedAt, pad: reading.device } };
};

/** When the pad's new word is to be believed; null when there is none. */
export const padDue = ({ turning }: BedPresence, numbers: CareNumbers): Instant | null =>
  turning === null ? null : after(turning.since, seconds(numbers.outOfBed.debounceSeconds));

/** The pad's new word believed. Call it when {@link padDue} has come. */
export const believePad = (presence: BedPresence): BedPresence =>
  presence.turning === null
    ? presence
    : { inBed: presence.turning.to, since: presence.turning.since, pad: presence.turning.pad, turning: null };
