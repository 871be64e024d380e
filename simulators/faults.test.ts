import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant } from '../domain/instant.ts';
import type { Emission, Saying } from './emission.ts';
import { type Fault, withFaults } from './faults.ts';
import { createRandom } from './random.ts';
import { planStreet } from './street-plan.ts';

const [home] = planStreet({ homes: 1 });
const device = (role: 'button' | 'bed') => {
  const found = home?.devices.find((d) => d.role === role);
  if (found === undefined) throw new Error(`the planned home has no ${role}`);
  return found;
};
const from = instant(Date.UTC(2026, 10, 23));

const saying = (second: number, role: 'button' | 'bed', n: number): Saying => ({
  type: 'say',
  at: instant(from + second * 1_000),
  happenedAt: instant(from + second * 1_000),
  device: device(role),
  channel: role === 'button' ? 'event' : 'telemetry',
  facts: role === 'button' ? { button: 'press' } : { occupied: true },
  id: `id-${n}`,
  clockErrorMs: 0,
});

const said = (emissions: Iterable<Emission>): Saying[] => [...emissions].filter((e) => e.type === 'say');
const presses = (emissions: Iterable<Emission>): Saying[] => said(emissions).filter((s) => s.facts.button === 'press');

const anySayings = fc
  .array(fc.record({ second: fc.integer({ min: 0, max: 600 }), press: fc.boolean() }), { maxLength: 60 })
  .map((items) => items.toSorted((a, b) => a.second - b.second).map((item, n) => saying(item.second, item.press ? 'button' : 'bed', n)));

const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ type: fc.constant('duplicates' as const), probability: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ type: fc.constant('old-press-again' as const), afterSeconds: fc.integer({ min: 1, max: 300 }) }),
  fc.record({
    type: fc.constant('reordering' as const),
    withinSeconds: fc.integer({ min: 1, max: 30 }),
    probability: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({
    type: fc.constant('drop-out' as const),
    role: fc.constant('bed' as const),
    fromSeconds: fc.nat(300),
    forSeconds: fc.nat(300),
  }),
  fc.record({
    type: fc.constant('wrong-clock' as const),
    role: fc.constant('button' as const),
    bySeconds: fc.integer({ min: -90_000, max: 90_000 }),
  }),
  fc.record({ type: fc.constant('power-cut' as const), fromSeconds: fc.nat(300), forSeconds: fc.nat(300) }),
  fc.record({
    type: fc.constant('flapping-link' as const),
    fromSeconds: fc.nat(100),
    toSeconds: fc.nat(300),
    upSeconds: fc.integer({ min: 1, max: 9 }),
    downSeconds: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    type: fc.constant('chatter' as const),
    role: fc.constant('bed' as const),
    fromSeconds: fc.nat(100),
    forSeconds: fc.nat(60),
    perSecond: fc.integer({ min: 1, max: 10 }),
  }),
);

describe('what goes wrong between a home and the gateway', () => {
  it('comes out the same for the same randomness', () => {
    fc.assert(
      fc.property(anySayings, fc.array(anyFault, { maxLength: 4 }), fc.integer(), (sayings, faults, seed) => {
        const once = [...withFaults(sayings, faults, from, createRandom(seed))];
        expect([...withFaults(sayings, faults, from, createRandom(seed))]).toEqual(once);
      }),
    );
  });

  it('comes out in order of time', () => {
    fc.assert(
      fc.property(anySayings, fc.array(anyFault, { maxLength: 4 }), fc.integer(), (sayings, faults, seed) => {
        const out = [...withFaults(sayings, faults, from, createRandom(seed))];
        for (const [i, emission] of out.entries()) expect(emission.at).toBeGreaterThanOrEqual(out[i - 1]?.at ?? 0);
      }),
    );
  });

  it('never loses a press', () => {
    fc.assert(
      fc.property(anySayings, fc.array(anyFault, { maxLength: 4 }), fc.integer(), (sayings, faults, seed) => {
        const out = new Set(presses(withFaults(sayings, faults, from, createRandom(seed))).map((s) => s.id));
        expect(out).toEqual(new Set(presses(sayings).map((s) => s.id)));
      }),
    );
  });

  it('sends an old press again with its own id and its own time', () => {
    const out = presses(
      withFaults([saying(1, 'button', 1), saying(90, 'bed', 2)], [{ type: 'old-press-again', afterSeconds: 60 }], from, createRandom(1)),
    );
    expect(out.map((s) => [s.id, s.at - from, s.happenedAt - from])).toEqual([
      ['id-1', 1_000, 1_000],
      ['id-1', 61_000, 1_000],
    ]);
  });

  it('silences only the device that drops out, and only for that while', () => {
    const out = said(
      withFaults(
        [saying(1, 'bed', 1), saying(5, 'bed', 2), saying(5, 'button', 3), saying(20, 'bed', 4)],
        [{ type: 'drop-out', role: 'bed', fromSeconds: 4, forSeconds: 10 }],
        from,
        createRandom(1),
      ),
    );
    expect(out.map((s) => s.id)).toEqual(['id-1', 'id-3', 'id-4']);
  });

  it('takes the line away and gives it back as often as it flaps', () => {
    const out = [
      ...withFaults([], [{ type: 'flapping-link', fromSeconds: 5, toSeconds: 15, upSeconds: 3, downSeconds: 2 }], from, createRandom(1)),
    ];
    expect(out.map((e) => (e.type === 'link' ? [(e.at - from) / 1_000, e.up] : e))).toEqual([
      [5, false],
      [7, true],
      [10, false],
      [12, true],
    ]);
  });

  it('chatters with new ids, so that only its frequency is at fault', () => {
    const out = said(
      withFaults(
        [saying(1, 'bed', 1), saying(9, 'bed', 2)],
        [{ type: 'chatter', role: 'bed', fromSeconds: 2, forSeconds: 3, perSecond: 4 }],
        from,
        createRandom(1),
      ),
    );
    expect(out).toHaveLength(14);
    expect(new Set(out.map((s) => s.id)).size).toBe(14);
  });
});
