import type { AlarmTransition } from './input.ts';

/** Why a person's wish was refused. Codes are stable and never reused; the sentence says what would be right. */
const refusals = {
  'alarm-unknown': 'there is no such alarm',
  'alarm-closed': 'the alarm is closed; only a note can be added',
  'call-needs-a-person': 'a call for help can only be answered or closed by a person',
  'call-cannot-be-shelved': 'a call for help cannot be shelved; acknowledge it or resolve it',
  'call-cannot-be-suppressed': 'a call for help cannot be suppressed',
  'call-cannot-be-taken-out-of-service': 'a call for help cannot be taken out of service; resolve it',
  'pre-alert-cannot-be-quieted': 'a pre-alert may still become an alarm and cannot be quieted; acknowledge it or resolve it',
  'condition-returned': 'the condition is over already; acknowledge or resolve the alarm instead',
  'shelf-time-past': 'the time until which to shelve must be in the future',
  'shelf-time-too-long': 'an alarm can be shelved for 24 hours at most',
  'alarm-suppressed': 'the alarm is suppressed; that must end first',
  'alarm-out-of-service': 'the alarm is out of service; return it to service first',
  'alarm-not-shelved': 'the alarm is not shelved',
  'alarm-not-out-of-service': 'the alarm is not out of service',
} as const;
export type RefusalCode = keyof typeof refusals;

export const refused = (code: RefusalCode): AlarmTransition => ({ outcome: 'refused', code, message: refusals[code] });
