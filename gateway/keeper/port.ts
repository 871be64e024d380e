import type { Delivery, DeliveryResult } from '../../domain/notification.ts';
import type { InboundBatch } from '../intake/batch.ts';
import type { LiveEvent } from '../live-event.ts';
import type { Command, CommandAnswer, CommandContext } from './command.ts';
import type { CommandOutcome } from './command-runner.ts';

/** What is needed of a delivery to take its claim back. */
export type Claim = Pick<Delivery, 'notification' | 'attempt' | 'mayHaveBeenSent'>;

/** What the keeper thread is told. */
export type ToKeeper =
  /** The rest of the gateway stands: do what is due. `linkPrefix` is what a link's token is put behind: `https://care.example.org/a/`. */
  | { readonly type: 'begin'; readonly linkPrefix: string }
  | { readonly type: 'inbound'; readonly batch: InboundBatch }
  | { readonly type: 'command'; readonly id: number; readonly command: Command; readonly context: CommandContext }
  | { readonly type: 'backup'; readonly id: number; readonly path: string }
  | { readonly type: 'delivered'; readonly delivery: Pick<Delivery, 'notification' | 'attempt'>; readonly result: DeliveryResult }
  /** A message has its place on a channel that cannot tell copies apart: may it leave? Answered when that is committed. */
  | ({ readonly type: 'leave'; readonly id: number } & Pick<Delivery, 'notification' | 'attempt'>)
  /** The gateway stops: nothing is handed over from now on. */
  | { readonly type: 'hold'; readonly id: number }
  /** Handed over, and never reached a channel. */
  | { readonly type: 'give-back'; readonly id: number; readonly claims: readonly Claim[] }
  /** A consumer of the journal has come this far. */
  | { readonly type: 'cursor'; readonly id: number; readonly name: string; readonly position: number }
  /** A consumer of the journal puts a row aside that it cannot take. */
  | { readonly type: 'reject-row'; readonly id: number; readonly device: string; readonly seq: number; readonly detail: string }
  /** The folder of device models has changed: look again. */
  | { readonly type: 'reload-models' }
  /** The nightly clearing out. */
  | { readonly type: 'prune' }
  | { readonly type: 'stop' };

/** What the keeper thread tells. */
export type FromKeeper =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'acknowledged'; readonly upTo: number; readonly commitMs: number; readonly readings: number; readonly lastSeq: number }
  | { readonly type: 'events'; readonly events: readonly LiveEvent[] }
  | { readonly type: 'deliver'; readonly deliveries: readonly Delivery[] }
  | { readonly type: 'trouble'; readonly code: string; readonly detail: string; readonly over: boolean }
  | { readonly type: 'records-changed'; readonly changed: CommandOutcome['changed'] }
  | { readonly type: 'lateness'; readonly lateMs: number }
  | { readonly type: 'answer'; readonly id: number; readonly answer: CommandAnswer }
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'refused'; readonly id: number; readonly code: string; readonly status: number; readonly message: string }
  | { readonly type: 'copied'; readonly behind: number }
  | { readonly type: 'stopped' };
