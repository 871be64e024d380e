import type { DeviceId, DeviceModelId } from './ids.ts';

/** A child that a hub speaks of and nobody has placed yet, as one message tells of it. */
export interface WaitingChild {
  readonly hub: DeviceId;
  /** What the hub calls it; becomes the device's `hubName`. */
  readonly name: string;
  /** What it says it is (maker, name, description); null when this message does not say. */
  readonly says: string | null;
  /** The device model that is sold under its code; null when none is, or the message holds no code. */
  readonly model: DeviceModelId | null;
  /** The kind of message: `state`, `bridge-event`, `up` … */
  readonly heard: string;
  /** The message was a call for help, as far as can be told of something unknown. */
  readonly called: boolean;
}

/** Texts of a hub are cut to this many characters before they are kept. */
export const longestWaitingText = 200;
