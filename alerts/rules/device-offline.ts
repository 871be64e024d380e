import { z } from 'zod';
import type { ExplanationPoint } from '../../domain/explanation.ts';
import { deviceIdSchema } from '../../domain/ids.ts';
import { after, between, type Duration, type Instant, instantSchema, milliseconds, minutes, seconds } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';
import type { Rule, RuleContext, RuleOutcome, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const deviceOfflineStateSchema = z.strictObject({
  device: deviceIdSchema.nullable(),
  lastHeardAt: instantSchema.nullable(),
  /** `lastHeardAt` as it was last worth keeping; moves by a quarter of a heartbeat or more. The wait is set from here and corrected on waking. */
  markedAt: instantSchema.nullable(),
  /** Since when its last will, its hub or the broker says that it is gone. */
  goneAt: instantSchema.nullable(),
  /** When the gateway itself was last deaf, it was until then. */
  deafUntil: instantSchema.nullable(),
  /** When it was last heard again after it had been silent or said to be gone. Absent in states that an earlier version kept. */
  backAt: instantSchema.nullable().default(null),
  raised: z.boolean(),
});
export type DeviceOfflineState = z.infer<typeof deviceOfflineStateSchema>;

/** A device that is said to be gone may be back in a moment (a router restarts): it is given a heartbeat, at most a minute (judgement). */
const longestGrace = seconds(60);

/**
 * A hub that loses its power is noticed by the broker after one and a half keep-alives, 90 s at the usual 60: its children are given 2 min,
 * so that they are not called silent one by one before it (judgement).
 */
const hubIsNoticed = minutes(2);

/** While the hub is away, so often a child without a heartbeat looks whether it is back. */
const lookAgain = (context: RuleContext): Duration => (context.heartbeat === null ? longestGrace : context.heartbeat);

const later = (a: Instant, b: Instant | null): Instant => (b !== null && b > a ? b : a);

/** When a device said to be gone counts as lost; null when nobody says so. */
const lostAt = (state: DeviceOfflineState, context: RuleContext): Instant | null => {
  if (state.goneAt === null) return null;
  const grace = context.heartbeat === null ? longestGrace : milliseconds(Math.min(context.heartbeat, longestGrace));
  const lost = after(later(state.goneAt, state.deafUntil), grace);
  return context.hubBackAt === null ? lost : later(lost, after(context.hubBackAt, lookAgain(context)));
};

/** When a device last heard at `heardAt` counts as silent; null when it promises nothing or was never heard. */
const silentAt = (heardAt: Instant | null, state: DeviceOfflineState, context: RuleContext): Instant | null => {
  if (context.heartbeat === null || heardAt === null) return null;
  const promised = milliseconds(context.heartbeat * context.numbers.deviceOffline.missedHeartbeats);
  const missed = after(heardAt, context.hasHub && promised < hubIsNoticed ? hubIsNoticed : promised);
  const heeded = state.deafUntil === null ? missed : later(missed, after(state.deafUntil, context.heartbeat));
  return context.hubBackAt === null ? heeded : later(heeded, after(context.hubBackAt, context.heartbeat));
};

const earlier = (a: Instant | null, b: Instant | null): Instant | null => (a === null ? b : b === null || a < b ? a : b);

const outcome = (state: DeviceOfflineState, signals: readonly Signal[], context: RuleContext): RuleOutcome<DeviceOfflineState> => {
  const due = state.raised ? null : earlier(lostAt(state, context), silentAt(state.markedAt, state, context));
  const held = due !== null && context.hubOffline && due <= context.now;
  return { state, signals, wakeAt: held ? after(context.now, lookAgain(context)) : due };
};

const heard = (state: DeviceOfflineState, reading: Reading, context: RuleContext): RuleOutcome<DeviceOfflineState> => {
  const at = reading.receivedAt;
  const moved = state.markedAt === null ? Infinity : at - state.markedAt;
  const marked = state.raised || state.goneAt !== null || moved < 0 || moved >= (context.heartbeat ?? Infinity) / 4 || moved === Infinity;
  const next: DeviceOfflineState = {
    device: reading.device,
    lastHeardAt: at,
    markedAt: marked ? at : state.markedAt,
    goneAt: null,
    deafUntil: state.deafUntil,
    backAt: state.raised || state.goneAt !== null ? at : state.backAt,
    raised: false,
  };
  if (!state.raised) return outcome(next, [], context);
  return outcome(next, [{ type: 'return', reason: { code: 'heard-again', device: reading.device, since: at, numbers: {} } }], context);
};

/** Raises when the time for it has come; else only corrects the wait. */
const look = (state: DeviceOfflineState, context: RuleContext): RuleOutcome<DeviceOfflineState> => {
  if (state.raised) return outcome(state, [], context);
  const { device, lastHeardAt, goneAt } = state;
  const held = context.hubOffline;
  const raise = (code: 'silent' | 'connection-lost', since: Instant, numbers: Record<string, number>) =>
    outcome(
      { ...state, raised: true },
      [{ type: 'raise', priority: 'technical', stage: 'alarm', reason: { code, device, since, numbers } }],
      context,
    );
  const lost = lostAt(state, context);
  if (!held && goneAt !== null && lost !== null && context.now >= lost) return raise('connection-lost', goneAt, {});
  const silent = silentAt(lastHeardAt, state, context);
  if (!held && lastHeardAt !== null && context.heartbeat !== null && silent !== null && context.now >= silent) {
    const { missedHeartbeats } = context.numbers.deviceOffline;
    return raise('silent', lastHeardAt, { missedHeartbeats, heartbeatSeconds: context.heartbeat / 1_000 });
  }
  return outcome(state.markedAt === lastHeardAt ? state : { ...state, markedAt: lastHeardAt }, [], context);
};

/**
 * A device that does not speak any more: after `missedHeartbeats` of its model's heartbeat without a word, or, when its last will, hub or
 * the broker says that it is gone, after a short grace. Any word of its own afterwards is the return. Silence while the gateway was deaf
 * proves nothing: the device gets a whole heartbeat from the gateway's return (and a device said to be gone its grace anew). A device whose
 * model promises nothing, or that was never heard, is never silent. The resident's state does not matter.
 *
 * A hub stands for its children: while it is silent or gone they are held back, and one that is still silent a heartbeat after the hub is
 * back is raised then. What was raised before stays.
 *
 * It runs on every message: the wait moves only each quarter of a heartbeat and is corrected on waking, so the signal is exact all the same.
 */
export const deviceOfflineRule: Rule<DeviceOfflineState> = {
  name: 'device-offline',
  subject: 'device',
  reads: 'any',
  inactivity: false,
  initial: { device: null, lastHeardAt: null, markedAt: null, goneAt: null, deafUntil: null, backAt: null, raised: false },
  stateSchema: deviceOfflineStateSchema,
  sentence: ({ deviceOffline: { missedHeartbeats } }, language) =>
    inWords(
      language,
      true,
      `设备连续 ${missedHeartbeats} 次没有按时报到，或断线 1 分钟内没有恢复，就报设备故障；有了信号后解除。中枢离线时只报中枢，不报它下面的设备。`,
      `Device alarm after ${missedHeartbeats} missed heartbeats, or when it is said to be gone and not back within a minute; over when heard again. While a hub is offline it stands for its children.`,
    ),
  explain(state, context) {
    const { lastHeardAt, goneAt, deafUntil, raised } = state;
    const points: ExplanationPoint[] = [];
    if (goneAt !== null) points.push({ code: 'said-gone', numbers: { at: goneAt } });
    const silent = silentAt(lastHeardAt, state, context);
    if (context.heartbeat === null) points.push({ code: 'no-heartbeat', numbers: {} });
    else if (lastHeardAt !== null && silent !== null) {
      const minutesOf = (from: Instant, to: Instant): number => Math.round(between(from, to) / 6_000) / 10;
      const { missedHeartbeats } = context.numbers.deviceOffline;
      const numbers = { minutes: minutesOf(lastHeardAt, context.now), ofMinutes: minutesOf(lastHeardAt, silent), missedHeartbeats };
      points.push({ code: 'silent-for', numbers });
    }
    if (deafUntil !== null && lastHeardAt !== null && deafUntil > lastHeardAt) {
      points.push({ code: 'gateway-was-deaf', numbers: { until: deafUntil } });
    }
    if (context.hubOffline) points.push({ code: 'hub-away', numbers: {} });
    const waiting =
      goneAt !== null || (lastHeardAt !== null && context.heartbeat !== null && between(lastHeardAt, context.now) > context.heartbeat);
    return { standing: raised ? 'raised' : waiting ? 'waiting' : 'calm', since: goneAt ?? lastHeardAt, points };
  },
  apply(state, input, context) {
    switch (input.type) {
      case 'reading': {
        const { reading } = input;
        if (reading.facts.online !== false) return heard(state, reading, context);
        if (state.raised || state.goneAt !== null) return outcome(state, [], context);
        return outcome({ ...state, device: reading.device, goneAt: reading.receivedAt }, [], context);
      }
      case 'wake':
        return look(state, context);
      case 'deaf':
        if (state.raised || (state.goneAt === null && silentAt(state.lastHeardAt, state, context) === null))
          return outcome(state, [], context);
        return outcome({ ...state, deafUntil: later(input.to, state.deafUntil) }, [], context);
      default:
        return input satisfies never;
    }
  },
  asHub: ({ raised, goneAt, backAt }) => ({ offline: raised || goneAt !== null, backAt }),
  worthKeeping: (before, after) =>
    before.markedAt !== after.markedAt ||
    before.goneAt !== after.goneAt ||
    before.backAt !== after.backAt ||
    before.deafUntil !== after.deafUntil ||
    before.raised !== after.raised,
};
