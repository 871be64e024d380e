import { describe, expect, test } from 'vitest';
import { directoryOf, person } from '../../test/harness/escalation-directory.ts';
import { events, people, policyOf, second, secondsOf, start, timeline, told, zero } from '../../test/harness/escalation-story.ts';
import { defaultPolicies } from '../../domain/policy.ts';
import type { Directory } from './directory.ts';
import { startEscalation, wake } from './escalate.ts';

const seats = directoryOf({
  rosters: { duty: ['duty'], 'second-seat': ['second'], supervisor: ['boss'], responders: ['responder'], maintainers: ['mechanic'] },
  contacts: ['daughter', 'neighbour'],
});
const [high, medium, low] = defaultPolicies;
if (!high || !medium || !low) throw new Error('the default policies are missing');

describe('the default policies', () => {
  test('high: duty at 0, second seat and family together at 60, supervisor at 120, dispatch unverified at 180, a shout at 240, again at 420', () => {
    expect(timeline(start(high, seats), seats, 660)).toEqual([
      [0, 'duty: raised'],
      [60, 'second: raised', 'daughter: raised', 'neighbour: raised'],
      [120, 'boss: raised'],
      [180, 'responder: dispatch-unverified'],
      [240, 'duty: exhausted', 'second: exhausted', 'boss: exhausted', 'responder: exhausted'],
      [420, 'duty: raised'],
      [480, 'second: raised', 'daughter: raised', 'neighbour: raised'],
      [540, 'boss: raised'],
      [600, 'responder: dispatch-unverified'],
      [660, 'duty: exhausted', 'second: exhausted', 'boss: exhausted', 'responder: exhausted'],
    ]);
  });
  test('medium: 0, 300, a shout at 600, again 900 s later', () => {
    expect(timeline(start(medium, seats), seats, 1_500).map(([at]) => at)).toEqual([0, 300, 600, 1_500]);
  });
  test('low: one level has as long to answer as the policy waits to repeat', () => {
    expect(timeline(start(low, seats), seats, 57_600).map(([at]) => at)).toEqual([0, 28_800, 57_600]);
  });
  test('the exhaustion is marked, in the state and in the log', () => {
    let step = start(high, seats);
    for (const at of [60, 120, 180]) step = wake(step.escalation, 'unacknowledged', second(at), seats);
    expect(step.escalation.exhausted).toBe(false);
    step = wake(step.escalation, 'unacknowledged', second(240), seats);
    expect(step.escalation).toMatchObject({ exhausted: true, phase: 'exhausted', round: 1 });
    expect(events(step, 'exhausted')).toMatchObject([{ lateMs: 0, data: { round: 1, reachedAnybody: true } }]);
  });
});

describe('levels in their time', () => {
  test('escalation_test: step delays run in order, then repeat', () => {
    const policy = policyOf([people(0, 'a'), people(30, 'b'), people(90, 'c')], { repeatSeconds: 60 });
    expect(timeline(start(policy, seats), seats, 210)).toEqual([
      [0, 'a: raised'],
      [30, 'b: raised'],
      [90, 'c: raised'],
      [150, 'a: exhausted', 'b: exhausted', 'c: exhausted'],
      [210, 'a: raised'],
    ]);
  });
  test('a policy without repeat shouts once, and then nothing is due', () => {
    const policy = policyOf([people(0, 'a')], { repeatSeconds: null });
    const lines = timeline(start(policy, seats), seats, 100_000);
    expect(lines).toEqual([
      [0, 'a: raised'],
      [60, 'a: exhausted'],
    ]);
  });
  test('nobody gets less than 60 s before the shout, however close the levels stand', () => {
    const policy = policyOf([people(0, 'a'), people(5, 'b')], { repeatSeconds: 30 });
    expect(timeline(start(policy, seats), seats, 95).map(([at]) => at)).toEqual([0, 5, 65, 95]);
  });
  test('a first level that is not at once waits for its time', () => {
    const policy = policyOf([people(20, 'a')]);
    const step = start(policy, seats);
    expect([told(step), secondsOf(step.escalation.dueAt)]).toEqual([[], 20]);
  });
  test('woken too early, nothing happens', () => {
    const step = start(high, seats);
    const early = wake(step.escalation, 'unacknowledged', second(59.999), seats);
    expect(early).toEqual({ escalation: step.escalation, tell: [], events: [], reopen: false });
  });
  test('multiuser: both people of a level are told; a person on two targets once', () => {
    const both = directoryOf({ rosters: { r: ['a', 'b'] }, contacts: ['b', 'c'] });
    const policy = policyOf([
      { afterSeconds: 0, targets: [{ type: 'roster', roster: 'r' }, { type: 'contacts' }, { type: 'person', person: 'a' }] },
    ]);
    expect(told(start(policy, both))).toEqual(['a: raised', 'b: raised', 'c: raised']);
  });
  test('a webhook is told by name, once a round', () => {
    const hook = { type: 'webhook' as const, webhook: 'platform' };
    const policy = policyOf([
      { afterSeconds: 0, targets: [hook, hook] },
      { afterSeconds: 60, targets: [hook, { type: 'person', person: 'b' }] },
    ]);
    expect(timeline(start(policy, seats), seats, 120)).toEqual([
      [0, 'platform: raised'],
      [60, 'b: raised'],
      [120, 'b: exhausted', 'platform: exhausted'],
    ]);
  });
  test('whoever was asked to look is asked again when the level asks to go; whoever was asked to go is not asked to look', () => {
    const policy = policyOf([people(0, 'a'), { ...people(60, 'a', 'b'), asks: 'dispatch-unverified' }, people(120, 'b', 'c')]);
    expect(timeline(start(policy, seats), seats, 120)).toEqual([
      [0, 'a: raised'],
      [60, 'a: dispatch-unverified', 'b: dispatch-unverified'],
      [120, 'c: raised'],
    ]);
  });
  test('the roster is asked at the instant of the level, not of the alarm', () => {
    const changing: Directory = { ...seats, onDuty: (_, at) => [person(at < second(60) ? 'evening' : 'night')] };
    const policy = policyOf([{ afterSeconds: 60, targets: [{ type: 'roster', roster: 'r' }] }]);
    expect(told(wake(start(policy, changing).escalation, 'unacknowledged', second(60), changing))).toEqual(['night: raised']);
  });
  test('policyreassignment, inprogress, snapshot: a running alarm keeps the policy it started with', () => {
    const step = start(high, seats);
    expect(step.escalation.policy).toEqual(high);
    expect(wake(step.escalation, 'unacknowledged', second(60), seats).escalation.policy).toEqual(high);
  });
});

describe('late', () => {
  test('dedupnotifications: stopped past several due times, everybody is told at once, nobody twice, each marked with its own lateness', () => {
    const step = wake(start(high, seats).escalation, 'unacknowledged', second(600), seats);
    expect(told(step)).toEqual([
      'second: raised',
      'daughter: raised',
      'neighbour: raised',
      'boss: raised',
      'responder: dispatch-unverified',
    ]);
    expect(events(step, 'level-told').map((event) => event.lateMs)).toEqual([540_000, 480_000, 420_000]);
    // They have their time to answer from when they were told.
    expect(secondsOf(step.escalation.dueAt)).toBe(660);
  });
  test('told for two late levels in one step, a person hears the one that asks for more, and the level after keeps its time', () => {
    const policy = policyOf([
      people(0, 'a'),
      people(10, 'b'),
      { ...people(20, 'b'), asks: 'dispatch-unverified' },
      people(30, 'b'),
      people(100, 'c'),
    ]);
    const step = wake(start(policy, seats).escalation, 'unacknowledged', second(50), seats);
    expect(told(step)).toEqual(['b: dispatch-unverified']);
    expect(secondsOf(step.escalation.dueAt)).toBe(100);
  });
  test('an alarm raised late marks its first level', () => {
    const step = startEscalation({ policy: high, stage: 'alarm', at: zero, directory: seats, lateMs: 7_000 });
    expect(events(step, 'level-told').map((event) => event.lateMs)).toEqual([7_000]);
  });
  test('an exhaustion and a repeat that fell due long ago happen one after the other, with their wait between, not in a flood', () => {
    let step = start(high, seats);
    for (const at of [60, 120, 180]) step = wake(step.escalation, 'unacknowledged', second(at), seats);
    step = wake(step.escalation, 'unacknowledged', second(10_000), seats);
    expect(events(step, 'exhausted')).toMatchObject([{ lateMs: 9_760_000 }]);
    expect(secondsOf(step.escalation.dueAt)).toBe(10_180);
    step = wake(step.escalation, 'unacknowledged', second(20_000), seats);
    expect([told(step), step.escalation.round, events(step, 'level-told')[0]?.lateMs]).toEqual([['duty: raised'], 2, 9_820_000]);
  });
});

describe('pre-alert', () => {
  test('tells the first level only, at once, and nothing else becomes due', () => {
    const step = startEscalation({
      policy: policyOf([people(15, 'desk'), people(60, 'b')]),
      stage: 'pre-alert',
      at: zero,
      directory: seats,
    });
    expect([told(step), step.escalation.dueAt]).toEqual([['desk: raised'], null]);
    expect(told(wake(step.escalation, 'unacknowledged', second(10_000), seats))).toEqual([]);
  });
  test('of contacts in order it tells the first alone', () => {
    const policy = policyOf([{ afterSeconds: 0, targets: [{ type: 'contacts', order: 'in-order' }] }]);
    const step = startEscalation({ policy, stage: 'pre-alert', at: zero, directory: seats });
    expect([told(step), step.escalation.queue]).toEqual([['daughter: raised'], []]);
  });
  test('becoming an alarm it begins at the first level, and those whom the pre-alert told hear it', () => {
    const pre = startEscalation({ policy: policyOf([people(0, 'evening-desk')]), stage: 'pre-alert', at: zero, directory: seats });
    const step = startEscalation({ policy: high, stage: 'alarm', at: second(900), directory: seats, previous: pre.escalation });
    expect(told(step)).toEqual(['evening-desk: raised', 'duty: raised']);
    expect(step.escalation).toMatchObject({ told: ['evening-desk', 'duty'], round: 2, dueAt: second(960) });
  });
  test('with nobody to reach it says so', () => {
    const step = startEscalation({ policy: high, stage: 'pre-alert', at: zero, directory: directoryOf({}) });
    expect(events(step, 'level-skipped')).toHaveLength(1);
  });
});

describe('the alarm changed and the escalation was not told', () => {
  const running = start(high, seats).escalation;
  test.each(['closed', 'shelved', 'suppressed', 'out-of-service'] as const)('%s: stays silent', (state) => {
    const step = wake(running, state, second(60), seats);
    expect([told(step), step.escalation.dueAt]).toEqual([[], null]);
  });
  test('acknowledged: waits for the arrival', () => {
    const step = wake(running, 'acknowledged', second(60), seats);
    expect([told(step), secondsOf(step.escalation.dueAt)]).toEqual([[], 960]);
  });
  test('returned, but still to be answered: goes on', () => {
    expect(told(wake(running, 'returned-unacknowledged', second(60), seats))).toHaveLength(3);
  });
});
