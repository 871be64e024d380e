import type { RuleName } from '../../domain/alarm.ts';
import type { RuleStateRecord } from '../../domain/changes.ts';
import type { BedId, DeviceId, HomeId } from '../../domain/ids.ts';
import { type Instant, instant } from '../../domain/instant.ts';
import type { Reading } from '../../domain/reading.ts';
import type { World } from '../../domain/world.ts';
import type { Rule, RuleContext, RuleInput, Signal } from '../rules/rule.ts';

/** What a rule said, and about what. */
export interface SignalAbout {
  readonly rule: RuleName;
  readonly subject: string;
  readonly home: HomeId;
  readonly bed: BedId | null;
  readonly device: DeviceId | null;
  readonly signal: Signal;
}

/** Where a rule's state stands for one bed or device. */
interface Slot {
  state: unknown;
  /** The state as it was last given out to be written. */
  kept: unknown;
  wakeAt: Instant | null;
  /** Where its subject lives; needed when it wakes without a reading. */
  readonly home: HomeId;
  readonly bed: BedId | null;
  readonly device: DeviceId | null;
}

/** A device without a bed (a pull cord in the hall) still calls: its bed rules are kept for the home. */
const homeSubject = (home: HomeId): string => `home ${home}`;
const keyOf = (rule: RuleName, subject: string): string => `rule ${rule} ${subject}`;

/** Runs the rules over readings and time, and keeps their states. Knows nothing of alarms. */
export const createRuleRunner = (options: {
  readonly rules: readonly Rule<unknown>[];
  readonly world: World;
  readonly setDue: (key: string, at: Instant | null) => void;
  readonly emit: (about: SignalAbout, now: Instant, lateMs: number) => void;
}) => {
  const { rules, world, setDue, emit } = options;
  const slots = new Map<string, Slot>();
  const changed = new Map<string, RuleStateRecord>();
  const byKey = new Map(rules.map((rule) => [rule.name, rule]));

  const contextOf = (slot: Pick<Slot, 'home' | 'bed' | 'device'>, now: Instant): RuleContext => {
    const resident = slot.bed === null ? undefined : world.residentOf(slot.bed);
    const state = resident?.state;
    return {
      now,
      numbers: world.careNumbers(slot.bed),
      residentState: state === undefined || (state.until !== null && state.until <= now) ? 'at-home' : state.value,
      timeZone: world.home(slot.home)?.timeZone ?? 'Asia/Shanghai',
      heartbeat: slot.device === null ? null : world.heartbeat(slot.device),
    };
  };

  const run = (rule: Rule<unknown>, subject: string, slot: Slot, input: RuleInput, context: RuleContext, lateMs: number): void => {
    const key = keyOf(rule.name, subject);
    const outcome = rule.apply(slot.state, input, context);
    const before = slot.state;
    const wakeMoved = outcome.wakeAt !== slot.wakeAt;
    slot.state = outcome.state;
    slot.wakeAt = outcome.wakeAt;
    if (wakeMoved || input.type === 'wake') setDue(key, outcome.wakeAt);
    if (outcome.state !== before && (rule.worthKeeping?.(slot.kept, outcome.state) ?? true)) {
      slot.kept = outcome.state;
      changed.set(key, { rule: rule.name, subject, state: outcome.state, wakeAt: outcome.wakeAt });
    }
    for (const signal of outcome.signals) {
      emit(
        { rule: rule.name, subject, home: slot.home, bed: slot.bed, device: signal.reason.device ?? slot.device, signal },
        context.now,
        lateMs,
      );
    }
  };

  const slotFor = (rule: Rule<unknown>, reading: Reading, home: HomeId): { subject: string; slot: Slot } => {
    const subject = rule.subject === 'device' ? reading.device : (reading.bed ?? homeSubject(home));
    const key = keyOf(rule.name, subject);
    let slot = slots.get(key);
    // A device moved to another bed keeps speaking for itself, but for the new place from now on.
    if (slot === undefined || slot.home !== home || slot.bed !== reading.bed) {
      slot = {
        state: slot?.state ?? rule.initial,
        kept: slot?.kept ?? rule.initial,
        wakeAt: slot?.wakeAt ?? null,
        home,
        bed: reading.bed,
        device: rule.subject === 'device' ? reading.device : null,
      };
      slots.set(key, slot);
    }
    return { subject, slot };
  };

  return {
    /** Puts stored states back. Throws when one does not fit its rule's schema: the store is not what this version wrote. */
    load(records: readonly RuleStateRecord[]): void {
      slots.clear();
      changed.clear();
      for (const record of records) {
        const rule = byKey.get(record.rule);
        if (rule === undefined) continue;
        const place = placeOf(rule, record.subject, world);
        if (place === null) continue;
        const state = rule.stateSchema.parse(record.state);
        slots.set(keyOf(record.rule, record.subject), { state, kept: state, wakeAt: record.wakeAt, ...place });
        setDue(keyOf(record.rule, record.subject), record.wakeAt);
      }
    },
    reading(reading: Reading, now: Instant): void {
      if (reading.home === null) return;
      for (const rule of rules) {
        if (rule.reads !== 'any' && !rule.reads.some((kind) => reading.facts[kind] !== undefined)) continue;
        const { subject, slot } = slotFor(rule, reading, reading.home);
        run(rule, subject, slot, { type: 'reading', reading }, contextOf(slot, now), 0);
      }
    },
    /** Wakes the rule behind a due key. */
    wake(key: string, dueAt: Instant, now: Instant): void {
      const [, name, ...subject] = key.split(' ');
      const rule = byKey.get(name as RuleName);
      const slot = slots.get(key);
      if (rule === undefined || slot === undefined) return;
      run(rule, subject.join(' '), slot, { type: 'wake' }, contextOf(slot, now), Math.max(0, now - dueAt));
    },
    /** The gateway did not listen from `from` to `to`. */
    deaf(from: Instant, to: Instant): void {
      for (const [key, slot] of slots) {
        const [, name, ...subject] = key.split(' ');
        const rule = byKey.get(name as RuleName);
        if (rule !== undefined) run(rule, subject.join(' '), slot, { type: 'deaf', from, to }, contextOf(slot, instant(to)), 0);
      }
    },
    drain(): readonly RuleStateRecord[] {
      if (changed.size === 0) return [];
      const records = [...changed.values()];
      changed.clear();
      return records;
    },
  };
};

/** Where a stored state's subject lives now; null when its bed or device is gone. */
const placeOf = (rule: Rule<unknown>, subject: string, world: World): Pick<Slot, 'home' | 'bed' | 'device'> | null => {
  if (rule.subject === 'device') {
    const device = world.device(subject as DeviceId);
    return device === undefined ? null : { home: device.home, bed: device.bed, device: device.id };
  }
  if (subject.startsWith('home ')) return { home: subject.slice('home '.length) as HomeId, bed: null, device: null };
  const bed = world.bed(subject as BedId);
  return bed === undefined ? null : { home: bed.home, bed: bed.id, device: null };
};
