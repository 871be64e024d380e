import type { Instant } from '../../domain/instant.ts';
import type { Facts } from '../../domain/reading.ts';
import type { ResidentEvent, ResidentState } from '../life/resident-event.ts';

/** What a sensor does by itself every so often. */
export interface Regular {
  readonly everyMs: number;
  readonly channel: 'telemetry' | 'status';
  /** Null says nothing this time. */
  say(at: Instant, state: ResidentState): Facts | null;
}

/** A thing that sees some of what happens in a home and puts it into facts. It knows neither topics nor bytes. */
export interface Sensor {
  /** What it says when it is switched on, so that nobody has to guess. */
  first(at: Instant, state: ResidentState): Facts;
  /** What it makes of something the resident does; null when it does not see it. `state` is the one after the event. */
  notice(event: ResidentEvent, state: ResidentState): Facts | null;
  readonly regular: readonly Regular[];
}

/** How often things report, in seconds of the simulated clock. */
export interface Pace {
  /** The bed pad's frames while somebody lies there (real ones send about every 10 s, domain facts §3). */
  readonly telemetrySeconds: number;
  /** The hub's, and every connected device's, sign of life. */
  readonly heartbeatSeconds: number;
  /** A battery device's report. */
  readonly batterySeconds: number;
  /** The homes say where they stand within this time from the start, each at its own moment. */
  readonly settleSeconds: number;
}
