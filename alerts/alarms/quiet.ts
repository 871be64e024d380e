import { type Actor, type Alarm, type AlarmState, type AlarmEventType, isCallRule } from '../../domain/alarm.ts';
import { after, hours } from '../../domain/instant.ts';
import { byGateway, changed, event, ignored, type Moment } from './change.ts';
import type { AlarmInput, AlarmTransition } from './input.ts';
import { type RefusalCode, refused } from './refusal.ts';

type Quieting = Extract<AlarmInput, { type: 'shelve' | 'suppress' | 'take-out-of-service' }>;
type Waking = Extract<AlarmInput, { type: 'unshelve' | 'unsuppress' | 'return-to-service' }>;

/** A shelf is for a shift, not for ever. */
const longestShelf = hours(24);

const forCalls: Record<Quieting['type'], RefusalCode> = {
  shelve: 'call-cannot-be-shelved',
  suppress: 'call-cannot-be-suppressed',
  'take-out-of-service': 'call-cannot-be-taken-out-of-service',
};

/** Shelve, suppress by design, take out of service: nobody is told until it ends. Never a call for help, and never what may become one. */
export const quiet = (alarm: Alarm, input: Quieting, moment: Moment): AlarmTransition => {
  const { state } = alarm;
  if (state.value === 'closed') return refused('alarm-closed');
  if (isCallRule(alarm.rule)) return refused(forCalls[input.type]);
  if (alarm.stage === 'pre-alert') return refused('pre-alert-cannot-be-quieted');
  const returned = state.value === 'returned-unacknowledged' || (state.value === 'acknowledged' && state.returned);
  if (returned) return input.type === 'suppress' ? ignored('the condition is over') : refused('condition-returned');
  const into = (next: AlarmState, type: AlarmEventType, by: Actor, data = {}): AlarmTransition =>
    changed({ ...alarm, state: next }, [event(moment, type, by, data)], 'stop');

  switch (input.type) {
    case 'shelve': {
      const { by, until } = input;
      if (state.value === 'suppressed') return refused('alarm-suppressed');
      if (state.value === 'out-of-service') return refused('alarm-out-of-service');
      if (until <= moment.now) return refused('shelf-time-past');
      if (until > after(moment.now, longestShelf)) return refused('shelf-time-too-long');
      return into({ value: 'shelved', since: moment.now, until, by }, 'shelved', by, { until });
    }
    case 'suppress':
      if (state.value !== 'unacknowledged' && state.value !== 'acknowledged') return ignored('it is quiet already');
      return into({ value: 'suppressed', since: moment.now, why: input.why }, 'suppressed', byGateway, { why: input.why });
    case 'take-out-of-service':
      if (state.value === 'out-of-service') return ignored('it is out of service already');
      return into({ value: 'out-of-service', since: moment.now, by: input.by }, 'out-of-service', input.by);
    default:
      return input satisfies never;
  }
};

/** The quiet ends. A condition that ended meanwhile has left that state by itself, so what is here still holds: people are told anew. */
export const wake = (alarm: Alarm, input: Waking, moment: Moment): AlarmTransition => {
  const { value } = alarm.state;
  if (value === 'closed') return refused('alarm-closed');
  const loud = (type: AlarmEventType, by: Actor): AlarmTransition =>
    changed({ ...alarm, state: { value: 'unacknowledged', since: moment.now } }, [event(moment, type, by)], 'restart');
  switch (input.type) {
    case 'unshelve':
      return value === 'shelved' ? loud('unshelved', input.by) : refused('alarm-not-shelved');
    case 'unsuppress':
      return value === 'suppressed' ? loud('unsuppressed', byGateway) : ignored('it is not suppressed');
    case 'return-to-service':
      return value === 'out-of-service' ? loud('in-service', input.by) : refused('alarm-not-out-of-service');
    default:
      return input satisfies never;
  }
};
