import { describe, expect, test } from 'vitest';
import { careNumbersOf, type CareNumbersOverride } from '../../domain/care-profile.ts';
import { deviceSchema } from '../../domain/device.ts';
import type { BedId, DeviceId, HomeId } from '../../domain/ids.ts';
import { type Instant, instant, minutes } from '../../domain/instant.ts';
import type { Facts } from '../../domain/reading.ts';
import type { World } from '../../domain/world.ts';
import { rules as catalogue } from '../rules/catalogue.ts';
import type { Rule } from '../rules/rule.ts';
import { createRuleRunner } from './rule-runner.ts';

/** 10:00 in Shanghai. */
const start = Date.UTC(2026, 0, 10, 2);
const home = 'h1' as HomeId;

/** One home with two beds, a hub with a child, and a rule runner that is woken to the millisecond. */
const runnerWith = (options: { rules?: readonly Rule<unknown>[]; numbers?: CareNumbersOverride; beds?: string[] } = {}) => {
  const devices = [
    deviceSchema.parse({ id: 'hub', model: 'm', home: 'h1' }),
    deviceSchema.parse({ id: 'child', model: 'm', home: 'h1', bed: 'b1', hub: 'hub' }),
    deviceSchema.parse({ id: 'door', model: 'm', home: 'h1' }),
  ];
  const numbers = careNumbersOf({}, options.numbers ?? {});
  const beds = (options.beds ?? ['b1', 'b2']) as BedId[];
  const world: World = {
    home: () => undefined,
    bed: (id) => ({ id, home, name: '' }),
    bedsOf: () => beds,
    residentOf: () => undefined,
    careNumbers: () => numbers,
    device: (id) => devices.find((device) => device.id === id),
    childOf: () => undefined,
    heartbeat: () => minutes(1),
    person: () => undefined,
    contactsOf: () => [],
    roster: () => undefined,
    policy: () => undefined,
  };
  const due = new Map<string, Instant>();
  const told: string[] = [];
  let now = start;
  const runner = createRuleRunner({
    rules: options.rules ?? catalogue,
    world,
    setDue: (key, at) => (at === null ? due.delete(key) : due.set(key, at)),
    emit: ({ rule, subject, signal }, at) => told.push(`${(at - start) / 1_000} ${rule} ${subject} ${signal.type} ${signal.reason.code}`),
  });
  const passTo = (second: number): void => {
    for (;;) {
      const next = [...due].filter(([, at]) => at <= start + second * 1_000).toSorted(([, a], [, b]) => a - b)[0];
      if (next === undefined) break;
      now = Math.max(now, next[1]);
      due.delete(next[0]);
      runner.wake(next[0], next[1], instant(now));
    }
    now = start + second * 1_000;
  };
  let seq = 0;
  return {
    told,
    runner,
    passTo,
    say(second: number, device: string, facts: Facts, bed: string | null = null): void {
      passTo(second);
      seq += 1;
      const at = instant(now);
      runner.reading(
        { seq, home, bed: bed as BedId | null, device: device as DeviceId, facts, deviceAt: null, eventId: null, receivedAt: at },
        at,
      );
    },
  };
};

describe('a hub and its children', () => {
  test('a power cut that takes both is told once, of the hub; the child follows only when it stays away', () => {
    const it = runnerWith();
    it.say(0, 'hub', { online: true });
    it.say(1, 'child', { temperature: 20 }, 'b1');
    it.say(30, 'hub', { online: false });
    it.say(30, 'child', { online: false }, 'b1');
    it.passTo(1_000);
    expect(it.told).toEqual(['90 device-offline hub raise connection-lost']);
    it.say(1_000, 'hub', { online: true });
    it.passTo(2_000);
    expect(it.told.slice(1, 3)).toEqual(['1000 device-offline hub return heard-again', '1060 device-offline child raise connection-lost']);
  });

  test('a child that fails while its hub is there is told', () => {
    const it = runnerWith();
    it.say(1, 'child', { temperature: 20 }, 'b1');
    for (let second = 0; second < 600; second += 50) it.say(second + 2, 'hub', { signal: -50 });
    expect(it.told).toEqual(['181 device-offline child raise silent']);
  });

  test('after a restart the hub still stands for them', () => {
    const before = runnerWith();
    before.say(0, 'hub', { online: true });
    before.say(1, 'child', { temperature: 20 }, 'b1');
    before.say(30, 'hub', { online: false });
    const kept = before.runner.drain();
    const it = runnerWith();
    it.runner.load(JSON.parse(JSON.stringify(kept)) as typeof kept);
    it.passTo(1_000);
    expect(it.told).toEqual(['90 device-offline hub raise connection-lost']);
  });
});

describe('what serves the whole home', () => {
  const numbers = { noSignOfLife: { enabled: true } };

  test('a door in the hall is a sign of life for every bed of the home', () => {
    const it = runnerWith({ numbers });
    it.say(0, 'door', { motion: true });
    it.passTo(5 * 3_600);
    expect(it.told.filter((line) => line.includes('no-sign'))).toEqual([
      `${5 * 3_600} no-sign-of-life b1 raise no-sign-of-life`,
      `${5 * 3_600} no-sign-of-life b2 raise no-sign-of-life`,
    ]);
  });

  test('smoke in the hall is one alarm of the home, not one for each bed', () => {
    const it = runnerWith({ numbers });
    it.say(0, 'door', { smoke: true });
    expect(it.told).toEqual(['0 smoke home h1 raise smoke']);
  });

  test('a home without a bed is its own', () => {
    const it = runnerWith({ numbers, beds: [] });
    it.say(0, 'door', { motion: true });
    it.passTo(5 * 3_600);
    expect(it.told).toContain(`${5 * 3_600} no-sign-of-life home h1 raise no-sign-of-life`);
  });
});

describe('which rules a message reaches', () => {
  const calledFor = (facts: Facts, numbers: CareNumbersOverride = {}): string[] => {
    const called: string[] = [];
    const watched = catalogue.map(
      (rule): Rule<unknown> => ({
        ...rule,
        apply: (state, input, context) => {
          called.push(rule.name);
          return rule.apply(state, input, context);
        },
      }),
    );
    runnerWith({ rules: watched, numbers }).say(0, 'child', facts, 'b1');
    return called;
  };

  test('only those that read what it holds, and of them none that is switched off', () => {
    expect(calledFor({ linkQuality: 100 })).toEqual(['device-offline']);
    expect(calledFor({ temperature: 20 })).toEqual(['device-offline']);
    expect(calledFor({ temperature: 20 }, { stale: { enabled: true } })).toEqual(['device-offline', 'stale']);
    expect(calledFor({ button: 'press' })).toEqual(['button', 'fall', 'device-offline']);
    expect(calledFor({ leak: true }, { leak: { enabled: false }, chattering: { enabled: false } })).toEqual(['device-offline']);
  });
});
