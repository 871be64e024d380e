import type { AlarmEvent, AlarmStateValue, Priority, RuleName } from '../domain/alarm.ts';
import type { AlarmId, BedId, HomeId } from '../domain/ids.ts';

/** One line of the live stream: an alarm event as committed. Its `seq` is the SSE id to resume after. */
export interface LiveEvent {
  readonly seq: number;
  readonly alarm: AlarmId;
  readonly home: HomeId;
  readonly bed: BedId | null;
  readonly rule: RuleName;
  readonly priority: Priority;
  readonly state: AlarmStateValue;
  readonly event: AlarmEvent;
}

/** Gateway trouble that must be seen at once and has no alarm of its own (the disk refuses, the keeper hangs). */
export interface GatewayTrouble {
  readonly code: string;
  readonly since: number;
  readonly over: boolean;
}

/** Where committed events are handed out, in order, in this process. */
export interface LiveFeed {
  subscribe(listener: (event: LiveEvent) => void): () => void;
  subscribeTrouble(listener: (trouble: GatewayTrouble) => void): () => void;
}
