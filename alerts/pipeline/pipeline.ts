import type { AlarmAct } from '../../domain/alarm-act.ts';
import type { Actor, Alarm, AlarmEvent, RuleName } from '../../domain/alarm.ts';
import type { Changes, RuleStateRecord } from '../../domain/changes.ts';
import type { AlarmId, HomeId, PersonId } from '../../domain/ids.ts';
import { after, type Instant, seconds } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';
import type { World } from '../../domain/world.ts';
import type { AlarmInput, AlarmSubject } from '../alarms/input.ts';
import { transition } from '../alarms/transition.ts';
import { wake as wakeEscalation } from '../escalation/escalate.ts';
import { unreachable } from '../escalation/lost.ts';
import type { Step } from '../escalation/step.ts';
import { rules as catalogue } from '../rules/catalogue.ts';
import type { Rule } from '../rules/rule.ts';
import { createChangeSet } from './change-set.ts';
import { callAgain } from '../escalation/again.ts';
import { createDueQueue } from './due-queue.ts';
import type { Circumstances } from './message-subject.ts';
import { createOutageWatch } from './outage.ts';
import { directoryOf } from './directory-view.ts';
import { createRuleRunner, type InspectedState, type SignalAbout } from './rule-runner.ts';
import { escalationStep, notificationFor } from './teller.ts';

/** The rule whose alarms are grouped into outages. Presses and falls never are. */
const outageRule: RuleName = 'device-offline';
const isPartOfOutage = (alarm: Alarm): boolean => alarm.rule === outageRule && alarm.case !== alarm.id;

/** The answer to a person's act. */
export type ActAnswer =
  | { readonly ok: true; readonly alarm: Alarm }
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface PipelineOptions {
  readonly world: World;
  readonly rules?: readonly Rule<unknown>[];
  /** Something due could not be done because of a fault in a decision; it is tried again. `key` names the rule's subject or the alarm. */
  readonly onFault: (key: string, error: unknown) => void;
}

/** After a fault in a decision, how long until it is tried again: one poisoned alarm must not hold up the others, nor be forgotten. */
const faultRetry = seconds(10);

/** An alarm is looked for by the rule and the bed (or home, or device) it is about. */
const aboutKey = (rule: string, subject: string): string => `${rule} ${subject}`;
const alarmKey = (id: AlarmId): string => `alarm ${id}`;

/**
 * Readings and time → rules → alarms → escalation → whom to tell. Everything happens in memory and in order; `drain` gives what must be
 * written in one transaction. Deterministic: the same readings, acts and wakes in the same order give the same changes.
 */
export const createPipeline = ({ world, rules = catalogue, onFault }: PipelineOptions) => {
  const due = createDueQueue();
  const changes = createChangeSet();
  const open = new Map<AlarmId, Alarm>();
  const openAbout = new Map<string, AlarmId>();
  const outages = createOutageWatch();
  let lastAlarm = 0;

  const subjectText = (alarm: Pick<Alarm, 'rule' | 'bed' | 'device' | 'home'>): string => {
    const aboutDevice = rules.find((rule) => rule.name === alarm.rule)?.subject === 'device';
    return aboutDevice ? (alarm.device ?? '') : (alarm.bed ?? `home ${alarm.home}`);
  };

  const keep = (alarm: Alarm): void => {
    const about = aboutKey(alarm.rule, subjectText(alarm));
    changes.alarm(alarm);
    if (alarm.state.value === 'closed') {
      open.delete(alarm.id);
      if (openAbout.get(about) === alarm.id) openAbout.delete(about);
      due.set(alarmKey(alarm.id), null);
      return;
    }
    open.set(alarm.id, alarm);
    openAbout.set(about, alarm.id);
    const shelfEnds = alarm.state.value === 'shelved' ? alarm.state.until : null;
    const escalationDue = alarm.escalation?.dueAt ?? null;
    due.set(alarmKey(alarm.id), shelfEnds !== null && (escalationDue === null || shelfEnds < escalationDue) ? shelfEnds : escalationDue);
  };

  const log = (alarm: Alarm, events: readonly AlarmEvent[]): void => {
    for (const event of events) changes.event(alarm.id, alarm.home, event);
  };

  /** Applies what the escalation decided, and keeps the alarm. */
  const applyStep = (alarm: Alarm, step: Step, circumstances: Circumstances): void => {
    const told: Alarm = { ...alarm, escalation: step.escalation };
    log(told, step.events);
    for (const tell of step.tell) {
      const notification = notificationFor(told, tell, world, circumstances);
      if (notification !== null) changes.notify(notification);
    }
    keep(told);
    if (step.reopen) feed(told, told, { type: 'reopen' }, circumstances.now, circumstances.lateMs);
  };

  const actorOf = (input: AlarmInput): Actor | null => ('by' in input ? input.by : null);

  /** Gives an input to an alarm (or to none yet) and does all that follows. */
  const feed = (alarm: Alarm | null, subject: AlarmSubject, input: AlarmInput, now: Instant, lateMs: number): ActAnswer => {
    const result = transition(alarm, subject, input, now, lateMs);
    if (result.outcome === 'refused') return { ok: false, code: result.code, message: result.message };
    if (result.outcome === 'ignored')
      return alarm === null ? { ok: false, code: 'nothing-to-do', message: result.why } : { ok: true, alarm };
    log(result.alarm, result.events);
    const happening = {
      directive: result.escalation,
      by: actorOf(input),
      person: input.type === 'decline' ? input.person : null,
      before: alarm,
      now,
      lateMs,
    };
    // What belongs to an outage is told by the alarm that stands for it.
    const step = result.alarm.escalation === null && isPartOfOutage(result.alarm) ? null : escalationStep(result.alarm, happening, world);
    if (result.escalation === 'stop' || result.escalation === 'told-returned') changes.settle(result.alarm.id);
    if (step === null) keep(result.alarm);
    else applyStep(result.alarm, step, { now, lateMs, takenBy: happening.by });
    return { ok: true, alarm: open.get(result.alarm.id) ?? { ...result.alarm, escalation: step?.escalation ?? result.alarm.escalation } };
  };

  /** The case that a new alarm joins: the oldest open alarm of the same bed (or home without beds) that is no technical matter. */
  const caseOf = (about: SignalAbout, own: AlarmId): AlarmId => {
    if (about.signal.type !== 'raise' || about.signal.priority === 'technical') return own;
    for (const alarm of open.values()) {
      if (alarm.home === about.home && alarm.bed === about.bed && alarm.priority !== 'technical') return alarm.case;
    }
    return own;
  };

  /** A device that falls silent with many others is part of an outage; the alarm that stands for it is told again as what it now is. */
  const outageCase = (own: AlarmId, about: SignalAbout, now: Instant): AlarmId => {
    const verdict = outages.take(own, about.home, now, (id) => open.has(id));
    if (verdict.type === 'single') return own;
    const lead = open.get(verdict.case);
    if (verdict.type === 'begins' && lead?.escalation != null) {
      changes.event(lead.id, lead.home, {
        type: 'raised-again',
        at: now,
        by: { type: 'gateway' },
        lateMs: 0,
        data: { outageHomes: verdict.homes },
      });
      applyStep(lead, callAgain(lead.escalation, now, directoryOf(world, lead.home)), {
        now,
        lateMs: 0,
        takenBy: null,
        outageHomes: verdict.homes,
      });
    }
    return verdict.case;
  };

  const onSignal = (about: SignalAbout, now: Instant, lateMs: number): void => {
    const known = openAbout.get(aboutKey(about.rule, about.subject));
    const alarm = known === undefined ? null : (open.get(known) ?? null);
    if (alarm !== null) {
      feed(alarm, alarm, about.signal, now, lateMs);
      return;
    }
    if (about.signal.type !== 'raise') return;
    lastAlarm += 1;
    const id = `alarm-${lastAlarm}` as AlarmId;
    const belongsTo = about.rule === outageRule ? outageCase(id, about, now) : caseOf(about, id);
    feed(
      null,
      { id, case: belongsTo, rule: about.rule, home: about.home, bed: about.bed, device: about.device },
      about.signal,
      now,
      lateMs,
    );
  };

  const runner = createRuleRunner({ rules, world, setDue: due.set, emit: onSignal });

  const wakeAlarm = (id: AlarmId, dueAt: Instant, now: Instant): void => {
    const alarm = open.get(id);
    if (alarm === undefined) return;
    const lateMs = Math.max(0, now - dueAt);
    if (alarm.state.value === 'shelved' && alarm.state.until <= now) {
      feed(alarm, alarm, { type: 'unshelve', by: { type: 'gateway' } }, now, lateMs);
      return;
    }
    if (alarm.escalation === null) return;
    applyStep(alarm, wakeEscalation(alarm.escalation, alarm.state.value, now, directoryOf(world, alarm.home)), {
      now,
      lateMs,
      takenBy: null,
    });
  };

  return {
    /** Starts again from what was kept. Forgets all that was not drained. */
    load(kept: {
      readonly ruleStates: readonly RuleStateRecord[];
      readonly openAlarms: readonly Alarm[];
      readonly lastAlarm: number;
    }): void {
      due.clear();
      open.clear();
      openAbout.clear();
      outages.clear();
      runner.load(kept.ruleStates);
      for (const alarm of kept.openAlarms) keep(alarm);
      changes.drain([]);
      lastAlarm = kept.lastAlarm;
    },
    /** A committed-to-be reading: runs the rules that want it. */
    reading(reading: Reading, now: Instant): void {
      runner.reading(reading, now);
    },
    /** The gateway did not listen from `from` to `to`. */
    deaf(from: Instant, to: Instant): void {
      runner.deaf(from, to);
    },
    /** Does what is due by `now`, at most `limit` things. True when more is due. */
    wake(now: Instant, limit: number): boolean {
      for (let done = 0; done < limit; done += 1) {
        const entry = due.take(now);
        if (entry === null) return false;
        try {
          if (entry.key.startsWith('alarm ')) wakeAlarm(entry.key.slice('alarm '.length) as AlarmId, entry.at, now);
          else runner.wake(entry.key, entry.at, now);
        } catch (error) {
          due.set(entry.key, after(now, faultRetry));
          onFault(entry.key, error);
        }
      }
      const next = due.next();
      return next !== null && next <= now;
    },
    /** A person acts on an alarm, open or closed. */
    act(alarm: Alarm, act: AlarmAct, by: Actor, now: Instant): ActAnswer {
      return feed(alarm, alarm, { ...act, by }, now, 0);
    },
    /** No channel reached this person: the escalation goes on without them, at once. */
    unreachable(id: AlarmId, person: PersonId, now: Instant): void {
      const alarm = open.get(id);
      if (alarm?.escalation == null) return;
      applyStep(alarm, unreachable(alarm.escalation, person, now, directoryOf(world, alarm.home)), { now, lateMs: 0, takenBy: null });
    },
    /** Adds a line to an alarm's log. */
    record(alarm: AlarmId, home: HomeId, event: AlarmEvent): void {
      changes.event(alarm, home, event);
    },
    nextDueAt: (): Instant | null => due.next(),
    /** Every rule's state as it stands, with what surrounds it at `now`. */
    inspect: (now: Instant): Iterable<InspectedState> => runner.inspect(now),
    openAlarm: (id: AlarmId): Alarm | undefined => open.get(id),
    drain: (): Changes => changes.drain(runner.drain()),
  };
};
