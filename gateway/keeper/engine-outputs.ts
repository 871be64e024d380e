import type { Delivery } from '../../domain/notification.ts';
import type { LiveEvent } from '../live-event.ts';
import type { CommandOutcome } from './command-runner.ts';

/** What leaves the engine, each after the commit it belongs to. */
export interface EngineOutputs {
  /**
   * Every message up to and including this one is committed. `commitMs`: how long the transaction took; `readings`: how many it held;
   * `lastSeq`: the newest row of the journal.
   */
  acknowledged(upTo: number, commitMs: number, readings: number, lastSeq: number): void;
  events(events: readonly LiveEvent[]): void;
  deliver(deliveries: readonly Delivery[]): void;
  /** The answer to `leave` of the same id. */
  mayLeave(id: number, granted: boolean): void;
  /** The disk refused a commit (`store-refused`), a rule failed (`rule-failed`); `over` when it is well again. */
  trouble(code: string, detail: string, over: boolean): void;
  recordsChanged(changed: CommandOutcome['changed']): void;
  /** Something due was done this much later than it was due. */
  lateness(lateMs: number): void;
}
