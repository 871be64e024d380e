import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hours, type Instant, instant } from '../../domain/instant.ts';
import { createRandom } from '../random.ts';
import { livesADay, stateAt } from './day.ts';
import { midnightOf, nextClockTime } from './local-time.ts';
import { afterEvent, type ResidentEvent } from './resident-event.ts';

const during = (from: Instant, span: number, seed: string | number): ResidentEvent[] => {
  const events: ResidentEvent[] = [];
  for (const event of livesADay(from, createRandom(seed))) {
    if (event.at >= from + span) break;
    events.push(event);
  }
  return events;
};

/** 2026-11-23, 12:00 in Shanghai. */
const noon = instant(Date.UTC(2026, 10, 23, 4));
const anyStart = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) }).map(instant);

describe('a day in the life', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(during(noon, hours(48), 7)).toEqual(during(noon, hours(48), 7));
    expect(during(noon, hours(48), 7)).not.toEqual(during(noon, hours(48), 8));
  });

  it('is the same whenever the simulation starts within it', () => {
    fc.assert(
      fc.property(anyStart, fc.integer(), fc.integer({ min: 1, max: hours(30) }), (from, seed, later) => {
        const start = instant(from + later);
        const whole = during(from, later + hours(24), seed).filter((event) => event.at >= start);
        expect(during(start, hours(24), seed)).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it('goes on in order of time without end', () => {
    fc.assert(
      fc.property(anyStart, fc.integer(), (from, seed) => {
        const events = during(from, hours(24 * 5), seed);
        expect(events.length).toBeGreaterThan(100);
        for (const [i, event] of events.entries()) expect(event.at).toBeGreaterThanOrEqual(events[i - 1]?.at ?? from);
      }),
      { numRuns: 30 },
    );
  });

  it('never calls for help by itself', () => {
    const calls = new Set<ResidentEvent['type']>(['presses', 'falls', 'stays-down']);
    expect(during(noon, hours(24 * 30), 7).filter((event) => calls.has(event.type))).toEqual([]);
  });

  it('lies in bed at 03:00 but for a trip, and sits up at 15:00', () => {
    let inBed = 0;
    for (let seed = 0; seed < 200; seed++) {
      const random = createRandom(seed);
      if (stateAt(nextClockTime(noon, '03:00'), random).inBed) inBed += 1;
      expect(stateAt(nextClockTime(noon, '15:00'), random).inBed).toBe(false);
    }
    expect(inBed).toBeGreaterThan(180);
  });

  it('is away from bed at night for less than the pre-alert of the default profile', () => {
    const absences = Array.from({ length: 100 }, (_, seed) => during(nextClockTime(noon, '23:00'), hours(6.5), seed)).flatMap((night) => {
      const inAndOut = night.filter((event) => event.type === 'gets-up' || event.type === 'lies-down');
      return inAndOut.flatMap((event, i) => {
        const before = inAndOut[i - 1];
        return event.type === 'lies-down' && before?.type === 'gets-up' ? [event.at - before.at] : [];
      });
    });
    expect(absences.length).toBeGreaterThan(100);
    expect(Math.max(...absences)).toBeLessThan(15 * 60_000);
  });

  it('starts where the days before have left it', () => {
    const random = createRandom(7);
    const midnight = midnightOf(noon);
    let state = stateAt(midnight, random);
    for (const event of during(midnight, noon - midnight, 7)) state = afterEvent(state, event);
    expect(stateAt(noon, random)).toEqual(state);
  });
});
