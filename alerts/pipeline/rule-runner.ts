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

/** A rule and where it stands among the rules. */
interface Placed {
  readonly rule: Rule<unknown>;
  readonly place: number;
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
  /** All slots of a bed (or home), and of a device, in the order of `rules`: a message looks up two names, not one for each rule. */
  const subjects = { bed: new Map<string, (Slot | undefined)[]>(), device: new Map<string, (Slot | undefined)[]>() } as const;
  const places = new Map<Rule<unknown>, number>(rules.map((rule, index) => [rule, index]));
  const slotsAbout = (kind: 'bed' | 'device', subject: string): (Slot | undefined)[] => {
    let its = subjects[kind].get(subject);
    if (its === undefined) subjects[kind].set(subject, (its = rules.map(() => undefined)));
    return its;
  };
  const slotsOf = (rule: Rule<unknown>): Slot[] => {
    const place = places.get(rule) ?? -1;
    return [...subjects[rule.subject].values()].flatMap((its) => its[place] ?? []);
  };
  const changed = new Map<string, RuleStateRecord>();
  const byKey = new Map(rules.map((rule) => [rule.name, rule]));
  const hubRule = rules.find((rule) => rule.asHub !== undefined);

  /** Which rules want a message, by the kinds it holds: a device sends the same few sets of kinds all its life. */
  const interested = new Map<string, readonly Placed[]>();
  const rulesFor = (reading: Reading): readonly Placed[] => {
    const kinds = Object.keys(reading.facts) as ReadingKind[];
    const timed = reading.deviceAt !== null;
    const key = timed ? `at,${kinds.join()}` : kinds.join();
    const known = interested.get(key);
    if (known !== undefined) return known;
    const found = rules.flatMap((rule, place) => {
      const { reads } = rule;
      const wants = reads === 'any' || (reads === 'device-time' ? timed : reads.some((kind) => reading.facts[kind] !== undefined));
      return wants ? [{ rule, place }] : [];
    });
    // Every set that a broken device could think of must not be kept for ever.
    if (interested.size >= 4_096) interested.clear();
    interested.set(key, found);
    return found;
  };

  const slotOf = (rule: Rule<unknown>, subject: string): Slot | undefined => subjects[rule.subject].get(subject)?.[places.get(rule) ?? -1];

  /** How the hub of a device stands; null when it has none. A hub never heard of is not known to be away. */
  const hubOf = (id: DeviceId): HubStanding | null => {
    const hub = world.device(id)?.hub ?? null;
    if (hub === null) return null;
    const slot = hubRule === undefined ? undefined : slotOf(hubRule, hub);
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
  const sleeps = ({ rule, place }: Placed, its: readonly (Slot | undefined)[], bed: BedId | null): boolean => {
    if (rule.isOn === undefined || rule.isOn(world.careNumbers(bed))) return false;
    const slot = its[place];
    return slot === undefined || slot.state === rule.initial;
  };

  /** @param its the slots of the subject, one of which is the rule's */
  const slotFor = ({ rule, place }: Placed, its: (Slot | undefined)[], reading: Reading, bed: BedId | null, home: HomeId): Slot => {
    const known = its[place];
    // A device moved to another bed keeps speaking for itself, but for the new place from now on.
    if (known !== undefined && known.home === home && known.bed === bed) return known;
    const subject = subjectOf(rule, reading, bed, home);
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
    its[place] = slot;
    return slot;
  };

  return {
    /** Puts stored states back. Throws when one does not fit its rule's schema: the store is not what this version wrote. */
    load(records: readonly RuleStateRecord[]): void {
      subjects.bed.clear();
      subjects.device.clear();
      changed.clear();
      for (const record of records) {
        const rule = byKey.get(record.rule);
        if (rule === undefined) continue;
        const place = placeOf(rule, record.subject, world);
        if (place === null) continue;
        const state = rule.stateSchema.parse(record.state);
        const { subject, wakeAt } = record;
        const key = keyOf(rule.name, subject);
        slotsAbout(rule.subject, subject)[places.get(rule) ?? -1] = { key, subject, state, kept: state, wakeAt, ...place };
        setDue(key, wakeAt);
      }
    },
    reading(reading: Reading, now: Instant): void {
      if (reading.home === null) return;
      const input: RuleInput = { type: 'reading', reading };
      const { home, bed } = reading;
      const here = slotsAbout('bed', bed ?? homeSubject(home));
      const own = slotsAbout('device', reading.device);
      // Rules of one subject see the same context.
      let ofBed: RuleContext | null = null;
      let ofDevice: RuleContext | null = null;
      for (const placed of rulesFor(reading)) {
        const { rule } = placed;
        const beds = bed === null && rule.hears === 'home' ? world.bedsOf(home) : none;
        if (beds.length > 0) {
          for (const one of beds) {
            const its = rule.subject === 'device' ? own : slotsAbout('bed', one);
            if (sleeps(placed, its, one)) continue;
            const slot = slotFor(placed, its, reading, one, home);
            run(rule, slot, input, contextOf(slot, now), 0);
          }
          continue;
        }
        const its = rule.subject === 'device' ? own : here;
        if (sleeps(placed, its, bed)) continue;
        const slot = slotFor(placed, its, reading, bed, home);
        if (slot.device === null) ofBed ??= contextOf(slot, now);
        else ofDevice ??= contextOf(slot, now);
        run(rule, slot, input, (slot.device === null ? ofBed : ofDevice) as RuleContext, 0);
      }
    },
    /** Wakes the rule behind a due key. */
    wake(key: string, dueAt: Instant, now: Instant): void {
      const [, name, ...subject] = key.split(' ');
      const rule = byKey.get(name as RuleName);
      const slot = rule === undefined ? undefined : slotOf(rule, subject.join(' '));
      if (rule === undefined || slot === undefined) return;
      run(rule, slot, { type: 'wake' }, contextOf(slot, now), Math.max(0, now - dueAt));
    },
    /** The gateway did not listen from `from` to `to`. */
    deaf(from: Instant, to: Instant): void {
      for (const rule of rules) {
        for (const slot of slotsOf(rule)) run(rule, slot, { type: 'deaf', from, to }, contextOf(slot, instant(to)), 0);
      }
    },
    /** Every state as it stands, with what surrounds it at `now`. */
    *inspect(now: Instant): Generator<InspectedState> {
      for (const rule of rules) {
        for (const slot of slotsOf(rule)) {
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
