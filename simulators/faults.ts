import { type Instant, instant } from '../domain/instant.ts';
import { type Emission, inOrder, type LinkChange, mustArrive, type Saying } from './emission.ts';
import type { DeviceRole } from './home.ts';
import type { Random } from './random.ts';

/** What goes wrong between a home and the gateway. Times count from the start of the scenario, in simulated seconds. */
export type Fault =
  /** The device says nothing for a while, and what it would have said is gone. */
  | { readonly type: 'drop-out'; readonly role: DeviceRole; readonly fromSeconds: number; readonly forSeconds: number }
  /** Messages go out twice, with the same id. */
  | { readonly type: 'duplicates'; readonly probability: number }
  /** The last press goes out again, hours later, with the same id (Shelly BLU does that). */
  | { readonly type: 'old-press-again'; readonly afterSeconds: number }
  /** Messages are held up by up to so long, and overtaken by later ones. */
  | { readonly type: 'reordering'; readonly withinSeconds: number; readonly probability: number }
  /** The device's clock is wrong by so much. */
  | { readonly type: 'wrong-clock'; readonly role: DeviceRole; readonly bySeconds: number }
  /** The line goes and comes, from then to then. */
  | {
      readonly type: 'flapping-link';
      readonly fromSeconds: number;
      readonly toSeconds: number;
      readonly upSeconds: number;
      readonly downSeconds: number;
    }
  /** The power goes; with it the hub and its line. */
  | { readonly type: 'power-cut'; readonly fromSeconds: number; readonly forSeconds: number }
  /** A device repeats its last word without end. */
  | {
      readonly type: 'chatter';
      readonly role: DeviceRole;
      readonly fromSeconds: number;
      readonly forSeconds: number;
      readonly perSecond: number;
    };

const later = (from: Instant, seconds: number): Instant => instant(Math.round(from + seconds * 1_000));

/** Each saying becomes what `decide` makes of it, some of it later than the saying itself; all of it comes out in order of time. */
function* rescheduled(sayings: Iterable<Saying>, decide: (saying: Saying) => readonly Saying[]): Generator<Saying, void, undefined> {
  let held: Saying[] = [];
  for (const saying of sayings) {
    if (held.length > 0) {
      yield* held.filter((h) => h.at <= saying.at);
      held = held.filter((h) => h.at > saying.at);
    }
    const results = decide(saying);
    yield* results.filter((r) => r.at <= saying.at);
    const waiting = results.filter((r) => r.at > saying.at);
    if (waiting.length > 0) held = [...held, ...waiting].toSorted((x, y) => x.at - y.at);
  }
  yield* held;
}

function* withOne(sayings: Iterable<Saying>, fault: Fault, from: Instant, random: Random): Generator<Saying, void, undefined> {
  switch (fault.type) {
    case 'drop-out': {
      const [start, end] = [later(from, fault.fromSeconds), later(from, fault.fromSeconds + fault.forSeconds)];
      for (const saying of sayings) if (saying.device.role !== fault.role || saying.at < start || saying.at >= end) yield saying;
      return;
    }
    case 'duplicates':
      yield* rescheduled(sayings, (saying) => (random.chance(fault.probability) ? [saying, saying] : [saying]));
      return;
    case 'old-press-again':
      yield* rescheduled(sayings, (saying) =>
        saying.facts.button === 'press' ? [saying, { ...saying, at: later(saying.at, fault.afterSeconds) }] : [saying],
      );
      return;
    case 'reordering':
      yield* rescheduled(sayings, (saying) => [
        random.chance(fault.probability) ? { ...saying, at: later(saying.at, random.between(0, fault.withinSeconds)) } : saying,
      ]);
      return;
    case 'wrong-clock':
      for (const saying of sayings) {
        yield saying.device.role === fault.role ? { ...saying, clockErrorMs: saying.clockErrorMs + fault.bySeconds * 1_000 } : saying;
      }
      return;
    case 'chatter': {
      const [start, end] = [later(from, fault.fromSeconds), later(from, fault.fromSeconds + fault.forSeconds)];
      let last: Saying | null = null;
      let next: Instant = start;
      for (const saying of sayings) {
        for (; next < end && next <= saying.at; next = later(next, 1 / fault.perSecond)) {
          if (last === null || next < last.at) continue;
          yield { ...last, at: next, happenedAt: next, id: `${last.id}-${next.toString(36)}` };
        }
        if (saying.device.role === fault.role && !mustArrive(saying)) last = saying;
        yield saying;
      }
      return;
    }
    case 'power-cut':
    case 'flapping-link':
      yield* sayings;
  }
}

function* linkChanges(fault: Fault, from: Instant): Generator<LinkChange, void, undefined> {
  if (fault.type === 'power-cut') {
    yield { type: 'link', at: later(from, fault.fromSeconds), up: false, device: null };
    yield { type: 'link', at: later(from, fault.fromSeconds + fault.forSeconds), up: true, device: null };
  }
  if (fault.type === 'flapping-link') {
    for (let s = fault.fromSeconds; s < fault.toSeconds; s += fault.upSeconds + fault.downSeconds) {
      yield { type: 'link', at: later(from, s), up: false, device: null };
      yield { type: 'link', at: later(from, s + fault.downSeconds), up: true, device: null };
    }
  }
}

/**
 * What leaves the home when all this goes wrong. Pure: the same sayings, faults and randomness give the same emissions, in order of time.
 * No fault loses a cry for help except a drop-out of the very device that makes it.
 */
export const withFaults = (sayings: Iterable<Saying>, faults: readonly Fault[], from: Instant, random: Random): Iterable<Emission> => {
  const said = faults.reduce<Iterable<Saying>>((so, fault, i) => withOne(so, fault, from, random.fork('fault', i)), sayings);
  const links = faults.map((fault) => linkChanges(fault, from));
  return links.length === 0 ? said : inOrder<Emission>(...links, said);
};
