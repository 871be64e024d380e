import { z } from 'zod';
import type { Reason } from '../../domain/alarm.ts';
import { minutes, hours } from '../../domain/instant.ts';
import { oneMore, rowSchema } from './conditions/in-a-row.ts';
import { sayMinutes } from './conditions/held-for.ts';
import type { Rule, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const clockWrongStateSchema = z.strictObject({
  /** Messages in a row with a wrong time, all wrong by about the same. */
  row: rowSchema.nullable(),
  /** By how much, ms; positive when the device is ahead. */
  offMs: z.number().int(),
  raised: z.boolean(),
});
export type ClockWrongState = z.infer<typeof clockWrongStateSchema>;

/** [judgement] A wrong clock is wrong by the same each time; what a device kept while it was cut off is late by different times … */
const sameWithin = minutes(2);
/** … and comes all at once: messages closer than this are one. */
const apart = minutes(1);
/** [judgement] Wrong again after so long is another matter. */
const rowBreaks = hours(48);

/**
 * A device whose own clock is wrong: so many messages in a row are off by more than `offMinutes`, each by about the same. To the maintainers
 * only: no decision rests on a device's time. One message with the right time ends it. Old messages sent late are told from a wrong clock.
 */
export const clockWrongRule: Rule<ClockWrongState> = {
  name: 'clock-wrong',
  subject: 'device',
  reads: 'device-time',
  inactivity: false,
  initial: { row: null, offMs: 0, raised: false },
  stateSchema: clockWrongStateSchema,
  isOn: ({ clockWrong: { enabled } }) => enabled,
  sentence({ clockWrong: { enabled, offMinutes, messages } }, language) {
    const off = sayMinutes(offMinutes, language);
    return inWords(
      language,
      enabled,
      `设备时钟连续 ${messages} 条消息相差超过 ${off}，就报设备故障；时间正确后解除。`,
      `Device alarm when its clock is off by more than ${off} in ${messages} messages in a row; over when it is right.`,
    );
  },
  apply(state, input, context) {
    const nothing = { state, signals: [], wakeAt: null };
    if (input.type !== 'reading' || input.reading.deviceAt === null) return nothing;
    const { device, deviceAt, receivedAt: at } = input.reading;
    const { enabled, offMinutes, messages } = context.numbers.clockWrong;
    const offMs = deviceAt - at;
    if (Math.abs(offMs) <= minutes(offMinutes)) {
      if (state.row === null) return nothing;
      const well: Signal = { type: 'return', reason: { code: 'clock-well', device, since: at, numbers: {} } };
      return { state: { row: null, offMs: 0, raised: false }, signals: state.raised ? [well] : [], wakeAt: null };
    }
    // Once it is known to be wrong it need not be counted on.
    if (state.raised) return nothing;
    const same = state.row !== null && Math.abs(offMs - state.offMs) <= sameWithin;
    const row = oneMore(same ? state.row : null, at, apart, rowBreaks);
    if (row === state.row) return nothing;
    const raised = enabled && row.count >= messages;
    const reason: Reason = {
      code: 'clock-wrong',
      device,
      since: row.since,
      numbers: { offByMinutes: Math.round(offMs / 60_000), offMinutes },
    };
    const raise: Signal = { type: 'raise', priority: 'technical', stage: 'alarm', reason };
    return { state: { row, offMs, raised }, signals: raised ? [raise] : [], wakeAt: null };
  },
};
