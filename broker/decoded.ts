import type { DeviceId } from '../domain/ids.ts';
import type { DeviceMessage } from '../domain/reading.ts';
import type { WaitingChild } from '../domain/waiting-child.ts';
import type { Rejection, RejectionCode } from '../domain/rejection.ts';

/** One thing that a message came to. A message may come to several: good readings and a refusal for a bad one beside them. */
export type Decoded =
  | { readonly type: 'message'; readonly message: DeviceMessage }
  | { readonly type: 'rejection'; readonly device: DeviceId; readonly rejection: Rejection }
  /** A hub spoke of a child that nobody has placed: it goes on the list of those that wait for an installer. */
  | { readonly type: 'waiting'; readonly child: WaitingChild }
  | { readonly type: 'ignored'; readonly why: string };

/** A message full of bad fields says so this many times, not for each. */
export const maxRejections = 8;

const maxWhere = 80;

/** `where` may quote a key or a topic that somebody else wrote: it is cut short and rid of control characters. */
export const rejected = (device: DeviceId, code: RejectionCode, where: string, detail: string): Decoded => ({
  type: 'rejection',
  device,
  rejection: { code, where: where.replaceAll(/\p{Cc}/gu, '?').slice(0, maxWhere), detail },
});

export const ignored = (why: string): Decoded => ({ type: 'ignored', why });
