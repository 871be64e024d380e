import type { Actor, Alarm, Escalation } from '../../domain/alarm.ts';
import type { NewNotification } from '../../domain/changes.ts';
import type { PersonId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import { defaultPolicies, type Policy } from '../../domain/policy.ts';
import type { World } from '../../domain/world.ts';
import type { EscalationDirective } from '../alarms/input.ts';
import { callAgain, restart } from '../escalation/again.ts';
import { stop, taken, tellReturned } from '../escalation/answered.ts';
import { startEscalation } from '../escalation/escalate.ts';
import { declined } from '../escalation/lost.ts';
import type { Step, Tell } from '../escalation/step.ts';
import { directoryOf } from './directory-view.ts';
import { type Circumstances, messageSubjectOf } from './message-subject.ts';

/** What has just happened to an alarm, as far as the telling must know. */
export interface Happening {
  readonly directive: EscalationDirective;
  /** Who did it, when somebody did. */
  readonly by: Actor | null;
  /** For `declined`: who cannot. */
  readonly person: PersonId | null;
  /** The alarm before, to see a pre-alert become an alarm. */
  readonly before: Alarm | null;
  readonly now: Instant;
  readonly lateMs: number;
}

/** The policy in force for an alarm of this home and priority: the home's own, else the gateway's default of that priority. */
export const policyFor = (world: World, alarm: Pick<Alarm, 'home' | 'priority'>): Policy => {
  const own = world.home(alarm.home)?.policies[alarm.priority];
  const id = `default-${alarm.priority}`;
  const found =
    (own === undefined ? undefined : world.policy(own)) ??
    world.policy(id as Policy['id']) ??
    defaultPolicies.find((policy) => policy.id === id);
  if (found === undefined) throw new RangeError(`no policy for ${alarm.priority}`);
  return found;
};

const personOf = (actor: Actor | null): PersonId | null => (actor?.type === 'person' ? actor.person : null);

/** What the escalation makes of a happening; null when it has nothing to do with it. */
export const escalationStep = (alarm: Alarm, happening: Happening, world: World): Step | null => {
  const { directive, now, lateMs, before } = happening;
  const directory = directoryOf(world, alarm.home);
  const running = alarm.escalation;
  const begin = (previous: Escalation | null): Step =>
    startEscalation({ policy: policyFor(world, alarm), stage: alarm.stage, at: now, directory, lateMs, previous });
  const becameAlarm = before?.stage === 'pre-alert' && alarm.stage === 'alarm';
  const justArrived = alarm.arrived !== null && before?.arrived === null;
  switch (directive) {
    case 'none':
      return justArrived && running !== null ? stop(running, now, { acknowledged: false }) : null;
    case 'start':
      return begin(null);
    case 'restart':
      if (running === null || becameAlarm) return begin(running);
      // Whoever was counted on and now says "I can't" is left out of the round that begins because of it.
      return restart(running, now, directory, happening.person);
    case 'call-again':
      return running === null ? begin(null) : callAgain(running, now, directory);
    case 'declined':
      return running === null || happening.person === null ? null : declined(running, happening.person, now, directory);
    case 'told-returned':
      return running === null ? null : tellReturned(running, now);
    case 'stop': {
      if (running === null) return null;
      const answered = alarm.state.value === 'acknowledged';
      const stopped = stop(running, now, { acknowledged: answered && alarm.arrived === null, by: personOf(happening.by) });
      const others = answered ? taken(stopped.escalation, personOf(happening.by)).tell : [];
      return { ...stopped, tell: [...stopped.tell, ...others] };
    }
  }
};

/** The row for the outbox; null for a person who has gone or has no channel (the escalation has said so by then). */
export const notificationFor = (alarm: Alarm, tell: Tell, world: World, circumstances: Circumstances): NewNotification | null => {
  const subject = messageSubjectOf(alarm, tell.purpose, world, circumstances);
  const common = { alarm: alarm.id, home: alarm.home, purpose: tell.purpose, subject, createdAt: circumstances.now };
  if (tell.person === null) {
    return {
      ...common,
      person: null,
      webhook: tell.webhook,
      channels: [{ channel: 'webhook', webhook: tell.webhook }],
      language: 'zh-CN',
      role: 'system',
    };
  }
  const person = world.person(tell.person);
  if (person === undefined || person.channels.length === 0) return null;
  return { ...common, person: person.id, webhook: null, channels: person.channels, language: person.language, role: person.role };
};
