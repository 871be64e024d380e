import { careNumbersOf, type CareNumbersOverride } from '../../domain/care-profile.ts';
import type { DeviceId } from '../../domain/ids.ts';
import { type Duration, type Instant, instant } from '../../domain/instant.ts';
import type { Facts, Reading } from '../../domain/reading.ts';
import type { Rule, RuleContext, RuleInput, Signal } from './rule.ts';

/** When the rule hears that its wait is over: to the millisecond, or only when the next reading comes (a gateway that was down). */
export type Waking = 'on-time' | 'late';

export interface StoryOptions {
  readonly numbers?: CareNumbersOverride;
  readonly residentState?: RuleContext['residentState'];
  readonly timeZone?: string;
  readonly heartbeat?: Duration | null;
  readonly hasHub?: boolean;
  /** Ms since the epoch at which the story begins. */
  readonly start?: number;
  readonly waking?: Waking;
}

export interface Told {
  /** Seconds since the story began when the rule said it. */
  readonly at: number;
  readonly signal: Signal;
}

/**
 * Plays a history to one rule for its tests, firing its waits as a gateway would. The state goes through JSON and the rule's own schema
 * after every step, as after a restart. Times are seconds since the start.
 */
export const createStory = <State>(rule: Rule<State>, options: StoryOptions = {}) => {
  const start = options.start ?? Date.UTC(2026, 0, 10, 14);
  const numbers = careNumbersOf({}, options.numbers ?? {});
  let hub: { offline: boolean; backAt: Instant | null } = { offline: false, backAt: null };
  let residentState = options.residentState ?? 'at-home';
  let state = rule.initial;
  let wakeAt: Instant | null = null;
  let seq = 0;
  const told: Told[] = [];

  const apply = (input: RuleInput, now: Instant): void => {
    const outcome = rule.apply(state, input, {
      now,
      numbers,
      residentState,
      timeZone: options.timeZone ?? 'Asia/Shanghai',
      heartbeat: options.heartbeat ?? null,
      hasHub: options.hasHub ?? false,
      hubOffline: hub.offline,
      hubBackAt: hub.backAt,
    });
    state = rule.stateSchema.parse(JSON.parse(JSON.stringify(outcome.state)));
    wakeAt = outcome.wakeAt;
    for (const signal of outcome.signals) told.push({ at: (now - start) / 1_000, signal });
  };
  const at = (second: number): Instant => instant(Math.round(start + second * 1_000));

  const passTo = (second: number): void => {
    const until = at(second);
    while (wakeAt !== null && wakeAt <= until) apply({ type: 'wake' }, options.waking === 'late' ? until : wakeAt);
  };

  return {
    told,
    at,
    /** Lets time pass. */
    passTo,
    say(second: number, facts: Facts, from: { device?: string; eventId?: string | null; deviceAt?: number | null } = {}): void {
      passTo(second);
      const reading: Reading = {
        seq: (seq += 1),
        home: null,
        bed: null,
        device: (from.device ?? 'd1') as DeviceId,
        facts,
        deviceAt: from.deviceAt == null ? null : at(from.deviceAt),
        eventId: from.eventId ?? null,
        receivedAt: at(second),
      };
      apply({ type: 'reading', reading }, at(second));
    },
    /** A wake that nobody asked for. */
    nudge(second: number): void {
      passTo(second);
      apply({ type: 'wake' }, at(second));
    },
    deaf(from: number, to: number): void {
      apply({ type: 'deaf', from: at(from), to: at(to) }, at(to));
    },
    resident(value: RuleContext['residentState']): void {
      residentState = value;
    },
    /** The device's hub falls silent or is heard again. Nothing is told to the rule itself. */
    hub(second: number, offline: boolean): void {
      passTo(second);
      hub = { offline, backAt: offline ? hub.backAt : at(second) };
    },
    state: () => state,
    /** Seconds since the start; null for never. */
    wakeAt: () => (wakeAt === null ? null : (wakeAt - start) / 1_000),
    /** What was said, short: `30 raise alarm fall-not-cancelled`. */
    lines: () => told.map(({ at: when, signal }) => `${when} ${line(signal)}`),
  };
};

const line = (signal: Signal): string =>
  signal.type === 'raise' ? `raise ${signal.priority} ${signal.stage} ${signal.reason.code}` : `${signal.type} ${signal.reason.code}`;
