import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createReplay, type KeptReplay } from '../../alerts/replay/replay.ts';
import { createReplayWorld } from '../../alerts/replay/replay-world.ts';
import type { ReplayItem } from '../../alerts/replay/reorder.ts';
import { everythingOn } from '../../alerts/rules/everything-on.ts';
import { homeIdSchema } from '../../domain/ids.ts';
import { type Duration, hours, type Instant, instant, milliseconds, minutes } from '../../domain/instant.ts';
import type { Facts } from '../../domain/reading.ts';
import type { ReplayAlarm } from '../../domain/replay.ts';
import { bed1, device, ofHome, oneBedWorld } from './one-bed-world.ts';

/** An evening in Shanghai. */
const start = Date.parse('2026-03-02T12:00:00Z');
const spokenEvery = minutes(20);
const silent = { button: null, fall: null, pad: null, door: null, smoke: null, leak: null, motion: null, hub: null };
const world = () => createReplayWorld(oneBedWorld({ numbers: everythingOn, devices: { ...silent, clock: spokenEvery } }));

const facts = fc.oneof(
  fc.constantFrom<[string, Facts][]>(
    ['button', { button: 'press' }],
    ['button', { button: 'cancel' }],
    ['fall', { fall: 'suspected' }],
    ['fall', { fall: 'confirmed' }],
    ['fall', { fall: 'cleared' }],
    ['fall', { fall: 'cancel' }],
    ['pad', { occupied: true }],
    ['pad', { occupied: false }],
    ['pad', { occupied: true, heartRate: 30, breathingRate: 6 }],
    ['pad', { occupied: true, heartRate: 70, breathingRate: 15 }],
    ['pad', { occupied: true, movement: 60 }],
    ['pad', { battery: 5 }],
    ['pad', { battery: 90 }],
    ['door', { open: true }],
    ['door', { open: false }],
    ['smoke', { smoke: true }],
    ['smoke', { smoke: false }],
    ['leak', { leak: true }],
    ['leak', { leak: false }],
    ['motion', { motion: true }],
    ['hub', { mains: false }],
    ['hub', { mains: true }],
    ['hub', { online: false }],
    ['hub', { online: true }],
  ),
);

interface Event {
  readonly wait: number;
  readonly said: readonly [string, Facts];
}
/** Waits from a second to a night, in seconds: flickers, echoes, the minutes of the rules, whole nights. */
const wait = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 13, max: 2_400 }), fc.integer({ min: 2_401, max: 40_000 }));
const event: fc.Arbitrary<Event> = fc.record({ wait, said: facts });
const history = fc.array(event, { minLength: 1, maxLength: 60 });

/** The items of a history in order, with one device among them that keeps its promise to speak only half of the time. */
const itemsOf = (events: readonly Event[]): ReplayItem[] => {
  let at = start;
  const said: { at: number; device: string; facts: Facts }[] = [];
  let lastBeat = -Infinity;
  for (const each of events) {
    at += each.wait * 1_000;
    said.push({ at, device: each.said[0], facts: each.said[1] });
    // Every word of this device is a quarter of its promise after the one before, or later: then the store holds each.
    if (at - lastBeat >= spokenEvery / 4) {
      said.push({ at, device: 'clock', facts: { temperature: 20 } });
      lastBeat = at;
    }
  }
  const home = homeIdSchema.parse('h1');
  return said.map((each, index) => ({
    type: 'reading',
    reading: {
      seq: index + 1,
      device: device(each.device),
      home,
      bed: ofHome.includes(each.device) ? null : bed1,
      receivedAt: instant(each.at),
      deviceAt: null,
      eventId: null,
      facts: each.facts,
    },
  }));
};

const endOf = (items: readonly ReplayItem[]): Instant => {
  const last = items.at(-1);
  return instant((last?.type === 'reading' ? last.reading.receivedAt : start) + hours(30));
};

const inOneGo = (items: readonly ReplayItem[], lateness: Duration = milliseconds(0)): readonly ReplayAlarm[] => {
  const replay = createReplay({ world: world(), lateness });
  replay.feed(items);
  replay.finish(endOf(items));
  return replay.alarms();
};

test('random histories raise alarms of many rules, so that comparing them means something', () => {
  const rules = new Set<string>();
  for (const events of fc.sample(history, { numRuns: 150, seed: 7 })) for (const { rule } of inOneGo(itemsOf(events))) rules.add(rule);
  for (const rule of ['button', 'fall', 'out-of-bed', 'device-offline', 'battery-low']) expect(rules).toContain(rule);
  expect(rules.size).toBeGreaterThan(9);
});

test('the same history raises the same alarms, in whatever pieces it is handed over', () => {
  fc.assert(
    fc.property(history, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (events, sizes) => {
      const items = itemsOf(events);
      const replay = createReplay({ world: world() });
      for (let from = 0, piece = 0; from < items.length; piece += 1) {
        const size = sizes[piece % sizes.length] ?? 1;
        replay.feed(items.slice(from, from + size));
        from += size;
      }
      replay.finish(endOf(items));
      expect(replay.alarms()).toEqual(inOneGo(items));
    }),
    { numRuns: 150 },
  );
});

test('the same history raises the same alarms, wherever another process goes on from what was stored', () => {
  fc.assert(
    fc.property(history, fc.array(fc.nat(), { maxLength: 4 }), (events, cuts) => {
      const items = itemsOf(events);
      const places = [...new Set(cuts.map((cut) => cut % items.length))].sort((a, b) => a - b);
      const notes = new Map<string, ReplayAlarm>();
      let kept: KeptReplay | null = null;
      for (const [index, place] of [0, ...places].entries()) {
        const replay = createReplay({ world: world(), onAlarm: (id, note) => notes.set(id, note) });
        if (kept !== null) replay.load(JSON.parse(JSON.stringify(kept)) as KeptReplay);
        const piece = items.slice(place, [0, ...places][index + 1] ?? items.length);
        replay.feed(piece);
        const last = piece.at(-1);
        if (index === places.length) replay.finish(endOf(items));
        else if (last?.type === 'reading') replay.finish(instant(last.reading.receivedAt - 1));
        kept = replay.kept();
      }
      expect([...notes.values()]).toEqual(inOneGo(items));
    }),
    { numRuns: 150 },
  );
});

test('the same history raises the same alarms, in any order within the allowed lateness', () => {
  const lateness = minutes(10);
  fc.assert(
    fc.property(history, fc.infiniteStream(fc.integer({ min: 0, max: lateness })), (events, delays) => {
      const items = itemsOf(events);
      const arrivals = items.map((item) => ({
        item,
        at: (item.type === 'reading' ? item.reading.receivedAt : 0) + (delays.next().value ?? 0),
      }));
      const shuffled = arrivals.toSorted((a, b) => a.at - b.at).map(({ item }) => item);
      const replay = createReplay({ world: world(), lateness });
      replay.feed(shuffled);
      replay.finish(endOf(items));
      expect(replay.progress()).toMatchObject({ readings: items.length, tooLate: 0 });
      expect(replay.alarms()).toEqual(inOneGo(items));
    }),
    { numRuns: 150 },
  );
});

test('what comes later than allowed is left out and counted, and changes nothing of what was decided', () => {
  const items = itemsOf([
    { wait: 1, said: ['button', { button: 'press' }] },
    { wait: 3_600, said: ['pad', { occupied: true }] },
    { wait: 3_600, said: ['pad', { occupied: false }] },
  ]);
  const late = itemsOf([{ wait: 2, said: ['fall', { fall: 'confirmed' }] }]).slice(0, 1);
  const replay = createReplay({ world: world(), lateness: minutes(10) });
  replay.feed([...items, ...late]);
  replay.finish(endOf(items));
  expect(replay.progress().tooLate).toBe(1);
  expect(replay.alarms()).toEqual(inOneGo(items));
});
