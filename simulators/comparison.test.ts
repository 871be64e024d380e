import { describe, expect, it } from 'vitest';
import { deviceIdSchema, homeIdSchema } from '../domain/ids.ts';
import { instant } from '../domain/instant.ts';
import { alarmsOfRun, compare, type RaisedAlarm } from './comparison.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Expectation } from './scenarios/scenario.ts';

const home = homeIdSchema.parse('home-1');
const press = (id: string, acknowledged = true): LedgerEntry => ({
  id,
  home,
  device: deviceIdSchema.parse('button-1'),
  facts: { button: 'press' },
  sentAt: instant(1_000),
  acknowledgedAt: acknowledged ? instant(1_005) : null,
  copies: 1,
});
const alarm = (rest: Partial<RaisedAlarm> = {}): RaisedAlarm => ({
  id: 'alarm-1',
  rule: 'button',
  priority: 'high',
  home,
  stage: 'alarm',
  calls: 1,
  ...rest,
});
const wanted = (rest: Partial<Expectation> = {}): Expectation => ({ home, rule: 'button', stage: 'alarm', alarms: 1, calls: 1, ...rest });

describe('what was sent against what was raised', () => {
  it('agrees when one alarm holds both presses', () => {
    const result = compare([press('a'), press('b')], [wanted({ calls: 2 })], [alarm({ calls: 2 })]);
    expect(result).toEqual({ callsSent: 2, callsAcknowledged: 2, alarmsRaised: 1, missing: [], unexpected: [], lost: [] });
  });

  it.each([
    ['no alarm', []],
    ['an alarm of another rule', [alarm({ rule: 'battery-low' })]],
    ['an alarm in another home', [alarm({ home: homeIdSchema.parse('home-2') })]],
  ])('calls an acknowledged press lost when there is %s', (_, raised) => {
    expect(compare([press('a')], [], raised).lost).toEqual([{ home, rule: 'button', wanted: 'a', found: 'no alarm' }]);
  });

  it('does not call a press lost that was never acknowledged', () => {
    expect(compare([press('a', false)], [], []).lost).toEqual([]);
  });

  it.each([
    ['a call was swallowed', wanted({ calls: 2 }), [alarm()]],
    ['a press was raised twice', wanted(), [alarm(), alarm({ id: 'alarm-2' })]],
    ['it stayed a pre-alert', wanted({ rule: 'fall' }), [alarm({ rule: 'fall', stage: 'pre-alert' })]],
  ])('finds it missing when %s', (_, expectation, raised) => {
    expect(compare([press('a')], [expectation], raised).missing).toHaveLength(1);
  });

  it('finds a cry for help that nobody made', () => {
    expect(compare([], [], [alarm()]).unexpected).toEqual([{ home, rule: 'button', wanted: 'none', found: 'alarm-1' }]);
    expect(compare([], [], [alarm({ rule: 'device-offline' })]).unexpected).toEqual([]);
  });
});

describe('the alarms of one run', () => {
  it('are those with a call since, also when it joined an alarm that was open already', () => {
    const before = [alarm({ calls: 3 }), alarm({ id: 'alarm-2', calls: 1 })];
    const now = [
      alarm({ calls: 4 }),
      alarm({ id: 'alarm-2', calls: 1 }),
      alarm({ id: 'alarm-3', calls: 2 }),
      alarm({ id: 'alarm-3', calls: 2 }),
    ];
    expect(alarmsOfRun(before, now).map(({ id, calls }) => [id, calls])).toEqual([
      ['alarm-1', 1],
      ['alarm-3', 2],
    ]);
  });

  it('keep a fault that lasts', () => {
    const faulty = alarm({ rule: 'battery-low' });
    expect(alarmsOfRun([faulty], [faulty])).toEqual([faulty]);
  });
});
