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
  'smoke', // smoke: a detector reports smoke
  'smoke-gone', // smoke: every detector has been clear for a while
  'gas', // gas: a detector reports gas
  'gas-gone', // gas: every detector has been clear for a while
  'leak', // leak: a sensor reports water
  'leak-gone', // leak: every sensor has been dry for a while
  'heart-rate-low', // heart-rate: good samples in a row below this resident's limit
  'heart-rate-high', // heart-rate: … above it
  'heart-rate-well', // heart-rate: good samples in a row within the limits again
  'breathing-low', // breathing-rate: good samples in a row below this resident's limit
  'breathing-high', // breathing-rate: … above it
  'breathing-well', // breathing-rate: good samples in a row within the limits again
  'no-sign-of-life', // no-sign-of-life: no sensor has noticed anybody for hours by day
  'sign-of-life', // no-sign-of-life: a sensor has noticed somebody again
  'out-at-night', // wandering: a door was opened at night and the bed was not taken again
  'tag-gone', // wandering: the worn tag is out of reach
  'wanderer-back', // wandering: back in bed, or the tag is in reach again
  'not-up-yet', // not-up-by: still in bed at a clock time
  'got-up', // not-up-by: left the bed
  'not-in-bed-yet', // not-in-bed-by: not gone to bed at a clock time
  'gone-to-bed', // not-in-bed-by: in bed now
  'not-turned', // no-turning: in bed without turning over for too long
  'turned-over', // no-turning: turned over, or left the bed
  'restless', // restless: moved in many of the last minutes in bed
  'calm-again', // restless: moves less, or left the bed
  'night-trips', // night-trips: left the bed several times in the night; told in the morning
  'mains-lost', // mains-lost: the device runs on its battery
  'mains-back', // mains-lost: the mains are back
  'tampered', // tamper: the case is open or the device was taken off its place
  'tamper-over', // tamper: it is closed again
  'chattering', // chattering: it goes on and off too often
  'steady-again', // chattering: it has been steady for a while
  'stale', // stale: it gives the same value for too long; its sensor may be stuck
  'changing-again', // stale: its value changes again
  'clock-wrong', // clock-wrong: the device's own time is off
  'clock-well', // clock-wrong: it is right again
] as const;
export const reasonCodeSchema = z.enum(reasonCodes);
export type ReasonCode = z.infer<typeof reasonCodeSchema>;
