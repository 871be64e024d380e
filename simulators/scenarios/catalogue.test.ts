import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsSchema } from '../../domain/reading.ts';
import { instant } from '../../domain/instant.ts';
import type { Emission } from '../emission.ts';
import { dialects, type SimHome } from '../home.ts';
import { stageHome } from '../stage-home.ts';
import { planStreet } from '../street-plan.ts';
import { scenarioNamed, scenarios } from './catalogue.ts';
import type { Scenario } from './scenario.ts';

const from = instant(Date.UTC(2026, 10, 23, 14, 30));
const pace = { telemetrySeconds: 30, heartbeatSeconds: 60, batterySeconds: 3_600, settleSeconds: 1 };
const street = planStreet({ homes: 21, dialectOf: (i) => dialects[i % 3] ?? 'hub' });

const homeAt = (index: number): SimHome => {
  const home = street[index];
  if (home === undefined) throw new Error('the street is shorter than that');
  return home;
};

const play = (scenario: Scenario, home: SimHome, index: number, seed: number, run = 'r1', speed = 1) => {
  const staged = stageHome(home, index, { scenario, seed, from, speed, pace, run });
  const emissions: Emission[] = [];
  for (const emission of staged.emissions) {
    if (emission.at > from + scenario.durationSeconds * 1_000) break;
    emissions.push(emission);
  }
  return { emissions, expects: staged.expects };
};

describe.each(scenarios.map((scenario) => ({ name: scenario.name, scenario })))('the scenario $name', ({ scenario }) => {
  it('says the same for the same seed and run', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: street.length - 1 }), (seed, index) => {
        const home = homeAt(index);
        expect(play(scenario, home, index, seed)).toEqual(play(scenario, home, index, seed));
      }),
      { numRuns: scenario.durationSeconds > 3_600 ? 3 : 15 },
    );
  });

  it('says only what the vocabulary knows', () => {
    const said = street.flatMap((home, index) => play(scenario, home, index, 7).emissions).filter((e) => e.type === 'say');
    expect(said.filter((saying) => !factsSchema.safeParse(saying.facts).success)).toEqual([]);
    expect(said.length).toBeGreaterThan(street.length);
  });

  it('makes as many calls as it expects to be raised', () => {
    for (const [index, home] of street.entries()) {
      const { emissions, expects } = play(scenario, home, index, 7);
      const pressed = new Set(emissions.flatMap((e) => (e.type === 'say' && e.facts.button === 'press' ? [e.id] : [])));
      const fell = emissions.some((e) => e.type === 'say' && e.facts.fall === 'suspected');
      expect(expects.find((e) => e.rule === 'button')?.calls ?? 0).toBe(pressed.size);
      expect(expects.some((e) => e.rule === 'fall')).toBe(fell);
    }
  });

  it('is named and told in both languages', () => {
    expect(scenarioNamed(scenario.name)).toBe(scenario);
    expect(scenario.text['zh-CN']).toMatch(/\p{Script=Han}/u);
    expect(scenario.text.en).not.toMatch(/\p{Script=Han}/u);
  });
});

describe('scenarios', () => {
  it('give event ids that no other run gives', () => {
    const home = homeAt(0);
    const ids = (run: string) =>
      play(scenarioNamed('button-press'), home, 0, 7, run).emissions.flatMap((e) => (e.type === 'say' ? [e.id] : []));
    const first = new Set(ids('r1'));
    expect(ids('r2').filter((id) => first.has(id))).toEqual([]);
  });

  it('expect no out-of-bed alarm when the street runs too fast for the gateway to wait', () => {
    const home = homeAt(0);
    expect(play(scenarioNamed('out-of-bed'), home, 0, 7, 'r', 1).expects).toHaveLength(1);
    expect(play(scenarioNamed('out-of-bed'), home, 0, 7, 'r', 60).expects).toEqual([]);
  });

  it('refuse an unknown name with the names there are', () => {
    expect(() => scenarioNamed('fire')).toThrow(/quiet-night.*mixed-street/);
  });
});
