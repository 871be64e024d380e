import { z } from 'zod';

/** Why bytes from outside were not taken as a reading. A code is never reused for another meaning. */
export const rejectionCodes = [
  'topic-not-yours', // published outside the sender's own topics
  'topic-unknown', // inside its own topics, but the device model knows no such topic
  'device-unknown', // a hub spoke for a child that is not registered under it
  'payload-too-large',
  'payload-not-json',
  'payload-invalid', // JSON, but not what the device model or the protocol allows there
  'value-out-of-range',
] as const;
export const rejectionCodeSchema = z.enum(rejectionCodes);
export type RejectionCode = z.infer<typeof rejectionCodeSchema>;

/** A refusal that an installer can act on: what is wrong, where in the message, and what would be right. */
export interface Rejection {
  readonly code: RejectionCode;
  /** Where: a topic level or a path into the payload, such as `readings.heartRate`. */
  readonly where: string;
  /** One plain sentence with what would be right. Holds no personal data. */
  readonly detail: string;
}
