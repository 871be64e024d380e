import { z } from 'zod';
import { between, seconds } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';
import { isRepeatById, isWithin, rememberedEventSchema, withEvent } from './remembered-event.ts';
import type { Rule, RuleContext, Signal } from './rule.ts';
import { inWords } from './sentence-words.ts';

const buttonStateSchema = z.strictObject({
  /** The last presses and cancels that counted, oldest first. */
  events: z.array(rememberedEventSchema).readonly(),
});
export type ButtonState = z.infer<typeof buttonStateSchema>;

/**
 * A copy of a press that has been signalled already: the same event id; or, when the message has no id, the same device within
 * `echoSeconds` of the first copy (one press arrives on up to three topics). The time counts from the first copy and does not slide, so
 * that somebody who keeps pressing calls again at the latest after `echoSeconds`; what is taken for an echo follows a call that is already
 * on its way. A message with an id is never an echo of one with another id.
 */
const isCopy = (state: ButtonState, reading: Reading, word: string, context: RuleContext): boolean => {
  if (reading.eventId !== null) return isRepeatById(state.events, reading, word);
  const echo = seconds(context.numbers.button.echoSeconds);
  return state.events.some(
    (event) => event.device === reading.device && event.word === word && isWithin(event.at, reading.receivedAt, echo),
  );
};

/**
 * The emergency button: every press calls at once, day or night, in any state of the resident, and a further press calls again.
 * A cancel at the device is passed on as such; that it closes nothing is the alarm's decision.
 */
export const buttonRule: Rule<ButtonState> = {
  name: 'button',
  subject: 'bed',
  reads: ['button'],
  inactivity: false,
  initial: { events: [] },
  stateSchema: buttonStateSchema,
  sentence: (_numbers, language) =>
    inWords(
      language,
      true,
      '按下呼叫按钮，立即报警（高），不论老人是什么状态；再按一次就再报一次。',
      'Alarm (high) at once when the button is pressed, whatever the state of the resident; every further press calls again.',
    ),
  explain(state, { now }) {
    const last = state.events.findLast(({ word }) => word === 'press');
    if (last === undefined) return { standing: 'calm', since: null, points: [{ code: 'no-press', numbers: {} }] };
    const { device, at } = last;
    const minutes = Math.floor(between(at, now) / 60_000);
    return { standing: 'calm', since: null, points: [{ code: 'pressed-last', numbers: { device, at, minutes } }] };
  },
  apply(state, input, context) {
    const word = input.type === 'reading' ? input.reading.facts.button : undefined;
    if (input.type !== 'reading' || word === undefined || isCopy(state, input.reading, word, context)) {
      return { state, signals: [], wakeAt: null };
    }
    const { reading } = input;
    const about = { device: reading.device, since: reading.receivedAt, numbers: {} };
    const signal: Signal =
      word === 'press'
        ? { type: 'raise', priority: 'high', stage: 'alarm', reason: { code: 'pressed', ...about } }
        : { type: 'cancel', reason: { code: 'press-cancelled', ...about } };
    return { state: { events: withEvent(state.events, reading, word) }, signals: [signal], wakeAt: null };
  },
};
