import { type Alarm, isCallRule } from '../../domain/alarm.ts';
import type { Instant } from '../../domain/instant.ts';
import { answer, decline, reopen } from './answer.ts';
import { changed, close, event, ignored, type Moment } from './change.ts';
import { cancel, returnToNormal } from './condition-over.ts';
import type { AlarmInput, AlarmSubject, AlarmTransition } from './input.ts';
import { quiet, wake } from './quiet.ts';
import { open, raiseAgain } from './raise.ts';
import { refused } from './refusal.ts';

/** Nothing is open: only a signal of a rule can change that. */
const withoutAlarm = (subject: AlarmSubject, input: AlarmInput, moment: Moment): AlarmTransition => {
  switch (input.type) {
    case 'raise':
      return open(subject, input, moment);
    case 'return':
    case 'cancel':
    case 'suppress':
    case 'unsuppress':
    case 'reopen':
      return ignored('no alarm is open');
    case 'acknowledge':
    case 'going':
    case 'decline':
    case 'dispatch':
    case 'arrive':
    case 'note':
    case 'resolve':
    case 'shelve':
    case 'unshelve':
    case 'take-out-of-service':
    case 'return-to-service':
      return refused('alarm-unknown');
    default:
      return input satisfies never;
  }
};

/** A note is always welcome; a resolve closes whatever is open, and says what it was and what came of it. */
const resolve = (alarm: Alarm, input: Extract<AlarmInput, { type: 'resolve' }>, moment: Moment): AlarmTransition => {
  if (alarm.state.value === 'closed') return refused('alarm-closed');
  if (isCallRule(alarm.rule) && (input.by.type === 'device' || input.by.type === 'gateway')) return refused('call-needs-a-person');
  const closed = close(alarm, moment, input.by, input.disposition);
  return changed(closed.alarm, [closed.event], 'stop');
};

/**
 * The life of an alarm after ISA-18.2: what an input makes of it, the lines for its log, and what the escalation must do. Pure. The whole
 * table is in docs/life-of-an-alarm.md and in the test beside this file.
 *
 * `alarm` is the open alarm of the subject, or null when there is none. A raise for a closed alarm opens a new one from `subject` rather
 * than losing it. `escalation` inside the alarm is not touched: the caller applies the directive.
 *
 * @param now when it takes effect
 * @param lateMs how much later than due that is, whole ms; kept in the events
 */
export const transition = (
  alarm: Alarm | null,
  subject: AlarmSubject,
  input: AlarmInput,
  now: Instant,
  lateMs: number = 0,
): AlarmTransition => {
  const moment: Moment = { now, lateMs };
  if (alarm === null) return withoutAlarm(subject, input, moment);
  switch (input.type) {
    case 'raise':
      return alarm.state.value === 'closed' ? open(subject, input, moment) : raiseAgain(alarm, input, moment);
    case 'return':
      return returnToNormal(alarm, input, moment);
    case 'cancel':
      return cancel(alarm, input, moment);
    case 'acknowledge':
    case 'going':
    case 'dispatch':
    case 'arrive':
      return answer(alarm, input, moment);
    case 'decline':
      return decline(alarm, input, moment);
    case 'note':
      return changed(alarm, [event(moment, 'noted', input.by, { text: input.text })], 'none');
    case 'resolve':
      return resolve(alarm, input, moment);
    case 'shelve':
    case 'suppress':
    case 'take-out-of-service':
      return quiet(alarm, input, moment);
    case 'unshelve':
    case 'unsuppress':
    case 'return-to-service':
      return wake(alarm, input, moment);
    case 'reopen':
      return reopen(alarm, moment);
    default:
      return input satisfies never;
  }
};
