import type { RuleName } from '../../domain/alarm.ts';
import type { RuleStateRecord } from '../../domain/changes.ts';
import type { BedId, DeviceId, HomeId } from '../../domain/ids.ts';
import { type Instant, instant } from '../../domain/instant.ts';
import type { Reading, ReadingKind } from '../../domain/reading.ts';
import type { World } from '../../domain/world.ts';
import type { HubStanding, Rule, RuleContext, RuleInput, Signal } from '../rules/rule.ts';

/** What a rule said, and about what. */
export interface SignalAbout {
  readonly rule: RuleName;
  readonly subject: string;
  readonly home: HomeId;
  readonly bed: BedId | null;
  readonly device: DeviceId | null;
  readonly signal: Signal;
}

/** A rule's state for one bed or device, for whoever asks why. */
export interface InspectedState extends Omit<SignalAbout, 'rule' | 'signal'> {
  readonly rule: Rule<unknown>;
  readonly state: unknown;
  readonly wakeAt: Instant | null;
  readonly context: RuleContext;
}

/** Where a rule's state stands for one bed or device. */
interface Slot {
  /** Names it in the due queue. */
  readonly key: string;
  readonly subject: string;
  state: unknown;
  /** The state as it was last given out to be written. */
  kept: unknown;
  wakeAt: Instant | null;
  /** Where its subject lives; needed when it wakes without a reading. */
  readonly home: HomeId;
  readonly bed: BedId | null;
  readonly device: DeviceId | null;
}

const none: readonly BedId[] = [];
const neverAway: HubStanding = { offline: false, backAt: null };

/** A device without a bed (a pull cord in the hall) still calls: its bed rules are kept for the home. */
const homeSubject = (home: HomeId): string => `home ${home}`;
const keyOf = (rule: RuleName, subject: string): string => `rule ${rule} ${subject}`;

const subjectOf = (rule: Rule<unknown>, reading: Reading, bed: BedId | null, home: HomeId): string =>
  rule.subject === 'device' ? reading.device : (bed ?? homeSubject(home));

/** Runs the rules over readings and time, and keeps their states. Knows nothing of alarms. */
export const createRuleRunner = (options: {
  readonly rules: readonly Rule<unknown>[];
  readonly world: World;
  readonly setDue: (key: string, at: Instant | null) => void;
  readonly emit: (about: SignalAbout, now: Instant, lateMs: number) => void;
}) => {
  const { rules, world, setDue, emit } = options;
  /** By subject, one map a rule: a message finds its slots without a key being put together. */
  const slots = new Map<RuleName, Map<string, Slot>>(rules.map((rule) => [rule.name, new Map()]));
  const slotsOf = (rule: Rule<unknown>): Map<string, Slot> => slots.get(rule.name) as Map<string, Slot>;
  const changed = new Map<string, RuleStateRecord>();
  const byKey = new Map(rules.map((rule) => [rule.name, rule]));
  const hubRule = rules.find((rule) => rule.asHub !== undefined);

  /** Which rules want a message, by the kinds it holds: a device sends the same few sets of kinds all its life. */
  const interested = new Map<string, readonly Rule<unknown>[]>();
  const rulesFor = (reading: Reading): readonly Rule<unknown>[] => {
    const kinds = Object.keys(reading.facts) as ReadingKind[];
    const timed = reading.deviceAt !== null;
    const key = timed ? `at,${kinds.join()}` : kinds.join();
    const known = interested.get(key);
    if (known !== undefined) return known;
    const found = rules.filter(({ reads }) => {
      if (reads === 'any') return true;
      return reads === 'device-time' ? timed : reads.some((kind) => reading.facts[kind] !== undefined);
    });
    // Every set that a broken device could think of must not be kept for ever.
    if (interested.size >= 4_096) interested.clear();
    interested.set(key, found);
    return found;
  };

  /** How the hub of a device stands; null when it has none. A hub never heard of is not known to be away. */
  const hubOf = (id: DeviceId): HubStanding | null => {
    const hub = world.device(id)?.hub ?? null;
    if (hub === null) return null;
    const slot = hubRule === undefined ? undefined : slotsOf(hubRule).get(hub);
    return (slot === undefined ? undefined : hubRule?.asHub?.(slot.state)) ?? neverAway;
  };

  const contextOf = (slot: Pick<Slot, 'home' | 'bed' | 'device'>, now: Instant): RuleContext => {
    const resident = slot.bed === null ? undefined : world.residentOf(slot.bed);
    const state = resident?.state;
    const hub = slot.device === null ? null : hubOf(slot.device);
    return {
      now,
      numbers: world.careNumbers(slot.bed),
      residentState: state === undefined || (state.until !== null && state.until <= now) ? 'at-home' : state.value,
      timeZone: world.home(slot.home)?.timeZone ?? 'Asia/Shanghai',
      heartbeat: slot.device === null ? null : world.heartbeat(slot.device),
      hasHub: hub !== null,
      hubOffline: hub?.offline ?? false,
      hubBackAt: hub?.backAt ?? null,
    };
  };

  const run = (rule: Rule<unknown>, slot: Slot, input: RuleInput, context: RuleContext, lateMs: number): void => {
    const { key, subject } = slot;
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

  /** Switched off for this resident, and with nothing left to take back. */
  const sleeps = (rule: Rule<unknown>, reading: Reading, bed: BedId | null, home: HomeId): boolean => {
    if (rule.isOn === undefined || rule.isOn(world.careNumbers(bed))) return false;
    const slot = slotsOf(rule).get(subjectOf(rule, reading, bed, home));
    return slot === undefined || slot.state === rule.initial;
  };

  const slotFor = (rule: Rule<unknown>, reading: Reading, bed: BedId | null, home: HomeId): Slot => {
    const subject = subjectOf(rule, reading, bed, home);
    const ofRule = slotsOf(rule);
    const known = ofRule.get(subject);
    // A device moved to another bed keeps speaking for itself, but for the new place from now on.
    if (known !== undefined && known.home === home && known.bed === bed) return known;
    const slot: Slot = {
      key: keyOf(rule.name, subject),
      subject,
      state: known?.state ?? rule.initial,
      kept: known?.kept ?? rule.initial,
      wakeAt: known?.wakeAt ?? null,
      home,
      bed,
      device: rule.subject === 'device' ? reading.device : null,
    };
    ofRule.set(subject, slot);
    return slot;
  };

  return {
    /** Puts stored states back. Throws when one does not fit its rule's schema: the store is not what this version wrote. */
    load(records: readonly RuleStateRecord[]): void {
      for (const ofRule of slots.values()) ofRule.clear();
      changed.clear();
      for (const record of records) {
        const rule = byKey.get(record.rule);
        if (rule === undefined) continue;
        const place = placeOf(rule, record.subject, world);
        if (place === null) continue;
        const state = rule.stateSchema.parse(record.state);
        const { subject, wakeAt } = record;
        const key = keyOf(rule.name, subject);
        slotsOf(rule).set(subject, { key, subject, state, kept: state, wakeAt, ...place });
        setDue(key, wakeAt);
      }
    },
    reading(reading: Reading, now: Instant): void {
      if (reading.home === null) return;
      const input: RuleInput = { type: 'reading', reading };
      // Rules of one subject see the same context.
      let ofBed: RuleContext | null = null;
      let ofDevice: RuleContext | null = null;
      for (const rule of rulesFor(reading)) {
        const beds = reading.bed === null && rule.hears === 'home' ? world.bedsOf(reading.home) : none;
        if (beds.length > 0) {
          for (const bed of beds) {
            if (sleeps(rule, reading, bed, reading.home)) continue;
            const slot = slotFor(rule, reading, bed, reading.home);
            run(rule, slot, input, contextOf(slot, now), 0);
          }
          continue;
        }
        if (sleeps(rule, reading, reading.bed, reading.home)) continue;
        const slot = slotFor(rule, reading, reading.bed, reading.home);
        if (slot.device === null) ofBed ??= contextOf(slot, now);
        else ofDevice ??= contextOf(slot, now);
        run(rule, slot, input, (slot.device === null ? ofBed : ofDevice) as RuleContext, 0);
      }
    },
    /** Wakes the rule behind a due key. */
    wake(key: string, dueAt: Instant, now: Instant): void {
      const [, name, ...subject] = key.split(' ');
      const rule = byKey.get(name as RuleName);
      const slot = rule === undefined ? undefined : slotsOf(rule).get(subject.join(' '));
      if (rule === undefined || slot === undefined) return;
      run(rule, slot, { type: 'wake' }, contextOf(slot, now), Math.max(0, now - dueAt));
    },
    /** The gateway did not listen from `from` to `to`. */
    deaf(from: Instant, to: Instant): void {
      for (const rule of rules) {
        for (const slot of slotsOf(rule).values()) run(rule, slot, { type: 'deaf', from, to }, contextOf(slot, instant(to)), 0);
      }
    },
    /** Every state as it stands, with what surrounds it at `now`. */
    *inspect(now: Instant): Generator<InspectedState> {
      for (const rule of rules) {
        for (const slot of slotsOf(rule).values()) {
          const { subject, state, wakeAt, home, bed, device } = slot;
          yield { rule, subject, state, wakeAt, home, bed, device, context: contextOf(slot, now) };
        }
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
