import { z } from 'zod';

/**
 * Every reason a rule can give, closed so that the texts in each language can be checked for completeness. A code is never reused for
 * another meaning: it stays readable on an alarm for years.
 */
export const reasonCodes = [
  'pressed', // button: somebody pressed it
  'press-cancelled', // button: the press was taken back at the device
  'fall-suspected', // fall: a sensor suspects one; the wearer may still take it back
  'fall-not-cancelled', // fall: the time for taking it back is over
  'fall-confirmed', // fall: a sensor confirmed it
  'fall-suspected-again', // fall: a second sign while the first could still be taken back
  'fall-and-pressed', // fall: the button was pressed while a suspected fall could still be taken back
  'fall-cancelled', // fall: taken back at the device
  'long-lie', // fall: no sign of having got up for a long time
  'out-of-bed-long', // out-of-bed: for some minutes at night (pre-alert)
  'out-of-bed-too-long', // out-of-bed: for longer than this resident should be (alarm)
  'back-in-bed', // out-of-bed: returned
  'silent', // device-offline: heartbeats were missed
  'connection-lost', // device-offline: the device's last will, its hub or the broker says it is gone
  'heard-again', // device-offline: it speaks again
  'battery-low', // battery-low
  'battery-well', // battery-low: charged or changed
] as const;
export const reasonCodeSchema = z.enum(reasonCodes);
export type ReasonCode = z.infer<typeof reasonCodeSchema>;
