import { z } from 'zod';
import { deviceIdSchema } from '../../domain/ids.ts';
import { after, type Instant, instantSchema, milliseconds, seconds } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';
import type { Rule, RuleContext, RuleOutcome, Signal } from './rule.ts';

const deviceOfflineStateSchema = z.strictObject({
  device: deviceIdSchema.nullable(),
  lastHeardAt: instantSchema.nullable(),
  /** `lastHeardAt` as it was last worth keeping; moves by a quarter of a heartbeat or more. The wait is set from here and corrected on waking. */
  markedAt: instantSchema.nullable(),
  /** Since when its last will, its hub or the broker says that it is gone. */
  goneAt: instantSchema.nullable(),
  /** When the gateway itself was last deaf, it was until then. */
  deafUntil: instantSchema.nullable(),
  raised: z.boolean(),
});
export type DeviceOfflineState = z.infer<typeof deviceOfflineStateSchema>;

/** A device that is said to be gone may be back in a moment (a router restarts): it is given a heartbeat, at most a minute (judgement). */
const longestGrace = seconds(60);

const later = (a: Instant, b: Instant | null): Instant => (b !== null && b > a ? b : a);

/** When a device said to be gone counts as lost; null when nobody says so. */
const lostAt = (state: DeviceOfflineState, context: RuleContext): Instant | null => {
  if (state.goneAt === null) return null;
  const grace = context.heartbeat === null ? longestGrace : milliseconds(Math.min(context.heartbeat, longestGrace));
  return after(later(state.goneAt, state.deafUntil), grace);
};

/** When a device last heard at `heardAt` counts as silent; null when it promises nothing or was never heard. */
const silentAt = (heardAt: Instant | null, state: DeviceOfflineState, context: RuleContext): Instant | null => {
  if (context.heartbeat === null || heardAt === null) return null;
  const missed = after(heardAt, milliseconds(context.heartbeat * context.numbers.deviceOffline.missedHeartbeats));
  return state.deafUntil === null ? missed : later(missed, after(state.deafUntil, context.heartbeat));
};

const earlier = (a: Instant | null, b: Instant | null): Instant | null => (a === null ? b : b === null || a < b ? a : b);

const outcome = (state: DeviceOfflineState, signals: readonly Signal[], context: RuleContext): RuleOutcome<DeviceOfflineState> => ({
  state,
  signals,
  wakeAt: state.raised ? null : earlier(lostAt(state, context), silentAt(state.markedAt, state, context)),
});

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
    raised: false,
  };
  if (!state.raised) return outcome(next, [], context);
  return outcome(next, [{ type: 'return', reason: { code: 'heard-again', device: reading.device, since: at, numbers: {} } }], context);
};

/** Raises when the time for it has come; else only corrects the wait. */
const look = (state: DeviceOfflineState, context: RuleContext): RuleOutcome<DeviceOfflineState> => {
  if (state.raised) return outcome(state, [], context);
  const { device, lastHeardAt, goneAt } = state;
  const raise = (code: 'silent' | 'connection-lost', since: Instant, numbers: Record<string, number>) =>
    outcome(
      { ...state, raised: true },
      [{ type: 'raise', priority: 'technical', stage: 'alarm', reason: { code, device, since, numbers } }],
      context,
    );
  const lost = lostAt(state, context);
  if (goneAt !== null && lost !== null && context.now >= lost) return raise('connection-lost', goneAt, {});
  const silent = silentAt(lastHeardAt, state, context);
  if (lastHeardAt !== null && context.heartbeat !== null && silent !== null && context.now >= silent) {
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
 * It runs on every message: the wait moves only each quarter of a heartbeat and is corrected on waking, so the signal is exact all the same.
 */
export const deviceOfflineRule: Rule<DeviceOfflineState> = {
  name: 'device-offline',
  subject: 'device',
  reads: 'any',
  initial: { device: null, lastHeardAt: null, markedAt: null, goneAt: null, deafUntil: null, raised: false },
  stateSchema: deviceOfflineStateSchema,
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
  worthKeeping: (before, after) =>
    before.markedAt !== after.markedAt ||
    before.goneAt !== after.goneAt ||
    before.deafUntil !== after.deafUntil ||
    before.raised !== after.raised,
};
