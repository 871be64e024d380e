import { createReplayWorld } from '../alerts/replay/replay-world.ts';
import { createReplay } from '../alerts/replay/replay.ts';
import type { ReplayItem } from '../alerts/replay/reorder.ts';
import { rules } from '../alerts/rules/catalogue.ts';
import { everythingOn } from '../alerts/rules/everything-on.ts';
import { careNumbersOf } from '../domain/care-profile.ts';
import { bedSchema, homeSchema } from '../domain/home.ts';
import { type DeviceId, deviceIdSchema } from '../domain/ids.ts';
import { instant, minutes } from '../domain/instant.ts';
import type { Facts } from '../domain/reading.ts';
import type { World } from '../domain/world.ts';
import { type BenchOptions, type Figure, figure } from './figure.ts';

const start = Date.parse('2026-01-01T04:00:00Z');
const minuteMs = 60_000;
const home = homeSchema.parse({ id: 'h1', provider: 'p1', name: 'h' });
const bed = bedSchema.parse({ id: 'b1', home: 'h1' });

const everyRuleOn = careNumbersOf({}, everythingOn);

const world: World = {
  home: () => home,
  bed: () => bed,
  bedsOf: () => [bed.id],
  residentOf: () => undefined,
  careNumbers: () => everyRuleOn,
  device: () => undefined,
  childOf: () => undefined,
  heartbeat: () => minutes(5),
  person: () => undefined,
  contactsOf: () => [],
  roster: () => undefined,
  policy: () => undefined,
};

/** The same numbers in the same order on every run. */
const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return state / 0x80_00_00_00;
  };
};

/** A year of one bed: a pad that speaks every minute with heart and breath, up once or twice a night, a door and motion by day, a press a month. */
export function* yearOfOneBed(days: number): Generator<ReplayItem> {
  const next = random(7);
  let seq = 0;
  const ids = { pad: deviceIdSchema.parse('pad'), door: deviceIdSchema.parse('door'), button: deviceIdSchema.parse('button') };
  const say = (device: DeviceId, at: number, facts: Facts): ReplayItem => ({
    type: 'reading',
    reading: { seq: (seq += 1), device, home: home.id, bed: bed.id, receivedAt: instant(at), deviceAt: null, eventId: null, facts },
  });
  for (let day = 0; day < days; day += 1) {
    const upFrom = 13 * 60 + Math.floor(next() * 240);
    const upFor = Math.floor(next() * 25);
    for (let minute = 0; minute < 1_440; minute += 1) {
      const at = start + (day * 1_440 + minute) * minuteMs;
      // Noon in Shanghai is minute 0: in bed from ten in the evening to six, apart from a trip.
      const inBed = minute >= 600 && minute < 1_080 && (minute < upFrom || minute >= upFrom + upFor);
      const vital = inBed
        ? { heartRate: 55 + Math.floor(next() * 20), breathingRate: 12 + Math.floor(next() * 6), movement: Math.floor(next() * 12) }
        : {};
      yield say(ids.pad, at, { occupied: inBed, ...vital });
      if (!inBed && next() < 0.05) yield say(ids.door, at + 1, { motion: next() < 0.5 });
    }
    if (day % 30 === 11) yield say(ids.button, start + (day * 1_440 + 1_439) * minuteMs + 2, { button: 'press' });
  }
}

/**
 * Claims: a year of one bed goes through every rule, alarms and escalation included, in seconds. Beside it, the same readings given to the
 * bare rule functions, without waits, alarms or states kept.
 */
export async function benchReplay({ quick, say }: BenchOptions): Promise<readonly Figure[]> {
  const days = quick ? 60 : 365;
  const items = [...yearOfOneBed(days)];
  const play = (part: readonly ReplayItem[]): number => {
    const replay = createReplay({ world: createReplayWorld(world) });
    const begun = performance.now();
    replay.feed(part);
    replay.finish(instant(start + days * 1_440 * minuteMs));
    const seconds = (performance.now() - begun) / 1_000;
    say(`replay: ${replay.alarms().length} alarms`);
    return seconds;
  };
  play(items.slice(0, 50_000));
  const seconds = play(items);
  const bare = bareRules(items);
  return [
    figure('replay: readings through every rule', items.length / seconds, 'readings/s', items.length / bare, 'the bare rule functions'),
    figure('replay: one bed, a year', (seconds * 365) / days, 's', (bare * 365) / days, 'the bare rule functions', {
      text: 'under 20 s',
      met: (seconds * 365) / days < 20,
    }),
  ];
}

/** Seconds that the rules themselves need for these readings. */
const bareRules = (items: readonly ReplayItem[]): number => {
  const states = new Map<string, unknown>();
  const context = {
    numbers: everyRuleOn,
    residentState: 'at-home',
    timeZone: home.timeZone,
    heartbeat: minutes(5),
    hasHub: false,
    hubOffline: false,
    hubBackAt: null,
  } as const;
  const begun = performance.now();
  for (const item of items) {
    if (item.type !== 'reading') continue;
    const { reading } = item;
    for (const rule of rules) {
      if (typeof rule.reads !== 'string' && !rule.reads.some((kind) => reading.facts[kind] !== undefined)) continue;
      if (rule.reads === 'device-time') continue;
      const key = rule.subject === 'device' ? `${rule.name} ${reading.device}` : rule.name;
      const state = states.get(key) ?? rule.initial;
      states.set(key, rule.apply(state, { type: 'reading', reading }, { ...context, now: reading.receivedAt }).state);
    }
  }
  return (performance.now() - begun) / 1_000;
};
