import { describe, expect, test } from 'vitest';
import { directoryOf } from '../../test/harness/escalation-directory.ts';
import { events, people, policyOf, second, secondsOf, start, timeline, told, zero } from '../../test/harness/escalation-story.ts';
import type { AlarmEvent } from '../../domain/alarm.ts';
import { startEscalation, wake } from './escalate.ts';

const data = (found: readonly AlarmEvent[]): unknown[] => found.map((event) => event.data);
const roster = (id: string) => ({ type: 'roster' as const, roster: id });

describe('a level with nobody to reach is skipped at once, and says why', () => {
  const policy = policyOf([people(0, 'a'), { afterSeconds: 60, targets: [] }, people(120, 'c'), people(180, 'd')]);

  test('missinguser_test, step without action: the next level comes forward, the one after keeps its time', () => {
    const step = wake(start(policy, directoryOf({})).escalation, 'unacknowledged', second(60), directoryOf({}));
    expect(told(step)).toEqual(['c: raised']);
    expect(secondsOf(step.escalation.dueAt)).toBe(180);
    expect(step.events.map((event) => [event.type, event.lateMs])).toEqual([
      ['level-skipped', 0],
      ['level-told', 0],
    ]);
  });

  test.each([
    ['deleted roster', { afterSeconds: 0, targets: [roster('gone')] }, [{ target: 'roster', roster: 'gone', why: 'unknown-roster' }], []],
    [
      'missinguser_test, empty schedule: nobody on duty',
      { afterSeconds: 0, targets: [roster('empty')] },
      [{ target: 'roster', roster: 'empty', why: 'nobody-on-duty' }],
      [],
    ],
    [
      'home without contacts',
      { afterSeconds: 0, targets: [{ type: 'contacts' as const }] },
      [{ target: 'contacts', roster: null, why: 'no-contacts' }],
      [],
    ],
    ['rotationdeluser, snapshot: deleted user', people(0, 'gone'), [], [{ person: 'gone', why: 'unknown-person', level: 0, round: 1 }]],
    ['person without a channel', people(0, 'mute'), [], [{ person: 'mute', why: 'no-channel', level: 0, round: 1 }]],
    [
      'people without a channel on a roster',
      { afterSeconds: 0, targets: [roster('mutes')] },
      [],
      [{ person: 'mute', why: 'no-channel', level: 0, round: 1 }],
    ],
  ])('%s: others are still told', (_, level, empty, skipped) => {
    const directory = directoryOf({ rosters: { empty: [], mutes: ['mute'] }, unknown: ['gone'], withoutChannel: ['mute'] });
    const step = start(policyOf([level, people(60, 'b')]), directory);
    expect(told(step)).toEqual(['b: raised']);
    expect(data(events(step, 'level-skipped'))).toMatchObject([{ level: 0, round: 1, empty }]);
    expect(data(events(step, 'person-skipped'))).toEqual(skipped);
  });

  test('a level of which one target is empty is told, and names the empty one', () => {
    const step = start(policyOf([{ afterSeconds: 0, targets: [roster('gone'), { type: 'person', person: 'a' }] }]), directoryOf({}));
    expect(told(step)).toEqual(['a: raised']);
    expect(data(events(step, 'level-told'))).toMatchObject([{ people: ['a'], empty: [{ roster: 'gone', why: 'unknown-roster' }] }]);
  });

  test('escalationgap_test: several empty levels in a row are passed in one step', () => {
    const gap = policyOf([people(0, 'a'), people(60, 'gone'), people(90, 'gone'), people(120, 'd')]);
    const directory = directoryOf({ unknown: ['gone'] });
    expect(timeline(start(gap, directory), directory, 60)).toEqual([
      [0, 'a: raised'],
      [60, 'd: raised'],
    ]);
  });

  test('one person on every seat: the levels that have nobody new are passed at once, and the shout comes a minute after they were told', () => {
    const alone = directoryOf({ rosters: { duty: ['a'], second: ['a'], boss: ['a'] } });
    const seats = policyOf(
      [0, 60, 120].map((afterSeconds, i) => ({ afterSeconds, targets: [roster(['duty', 'second', 'boss'][i] ?? '')] })),
    );
    expect(timeline(start(seats, alone), alone, 240)).toEqual([
      [0, 'a: raised'],
      [60, 'a: exhausted'],
      [240, 'a: raised'],
    ]);
  });

  test('people deleted while the alarm runs: never throws, and says so', () => {
    const before = directoryOf({ rosters: { r: ['a'] }, contacts: ['c'] });
    const running = start(
      policyOf([
        { afterSeconds: 0, targets: [roster('r')] },
        { afterSeconds: 60, targets: [{ type: 'contacts' }] },
      ]),
      before,
    );
    const after = directoryOf({ unknown: ['a', 'c'], contacts: ['c'] });
    const step = wake(running.escalation, 'unacknowledged', second(60), after);
    expect(step.events.map((event) => event.type)).toContain('level-skipped');
    expect(events(step, 'exhausted')).toMatchObject([{ data: { people: [], reachedAnybody: true } }]);
    expect(secondsOf(step.escalation.dueAt)).toBe(240);
  });
});

describe('no level reaches anybody', () => {
  const nobody = directoryOf({ unknown: ['a', 'b'] });
  const policy = policyOf([people(0, 'a'), people(60, 'b')], { repeatSeconds: 100 });

  test('it is said at once, and tried again every round', () => {
    const step = start(policy, nobody);
    expect(step.tell).toEqual([]);
    expect(events(step, 'exhausted')).toMatchObject([{ lateMs: 0, data: { reachedAnybody: false, people: [] } }]);
    expect(step.escalation).toMatchObject({ exhausted: true, dueAt: second(100) });
    const found = wake(step.escalation, 'unacknowledged', second(100), directoryOf({ unknown: ['a'] }));
    expect([told(found), found.escalation.round]).toEqual([['b: raised'], 2]);
  });

  test('the last level can be reached by nobody: those told before are shouted at when their minute is over', () => {
    const directory = directoryOf({ unknown: ['b'] });
    expect(timeline(start(policy, directory), directory, 60)).toEqual([
      [0, 'a: raised'],
      [60, 'a: exhausted'],
    ]);
  });

  test('where only family was told and the last level is empty, family hears that nobody answered', () => {
    const family = directoryOf({ contacts: ['daughter'] });
    const only = policyOf([
      { afterSeconds: 0, targets: [{ type: 'contacts' }] },
      { afterSeconds: 60, targets: [roster('gone')] },
    ]);
    expect(timeline(start(only, family), family, 60)[1]).toEqual([60, 'daughter: exhausted']);
  });
});

describe('contacts in order', () => {
  const family = { contacts: ['c1', 'c2', 'c3'] };
  const inOrder = policyOf([{ afterSeconds: 0, targets: [{ type: 'contacts', order: 'in-order', eachSeconds: 45 }] }, people(200, 'z')]);

  test('the first at once, each next after its time', () => {
    const directory = directoryOf(family);
    expect(timeline(start(inOrder, directory), directory, 200)).toEqual([
      [0, 'c1: raised'],
      [45, 'c2: raised'],
      [90, 'c3: raised'],
      [200, 'z: raised'],
    ]);
  });
  test('who cannot be reached costs no time', () => {
    const directory = directoryOf({ ...family, withoutChannel: ['c1'] });
    expect(timeline(start(inOrder, directory), directory, 45)).toEqual([
      [0, 'c2: raised'],
      [45, 'c3: raised'],
    ]);
  });
  test('who can no longer be reached when their turn comes is passed at once', () => {
    const running = start(inOrder, directoryOf(family)).escalation;
    const step = wake(running, 'unacknowledged', second(45), directoryOf({ ...family, unknown: ['c2'] }));
    expect(told(step)).toEqual(['c3: raised']);
    expect(data(events(step, 'person-skipped'))).toMatchObject([{ person: 'c2', why: 'unknown-person' }]);
  });
  test('late, all whose time has come are told at once, each marked', () => {
    const directory = directoryOf(family);
    const step = wake(start(inOrder, directory).escalation, 'unacknowledged', second(100), directory);
    expect(told(step)).toEqual(['c2: raised', 'c3: raised']);
    expect(events(step, 'level-told').map((event) => event.lateMs)).toEqual([55_000, 10_000]);
  });
  test('the next level does not wait for the queue, nor end it; who waits and is named by it is told then, once', () => {
    const policy = policyOf([{ afterSeconds: 0, targets: [{ type: 'contacts', order: 'in-order', eachSeconds: 45 }] }, people(60, 'c3')]);
    const directory = directoryOf(family);
    expect(timeline(start(policy, directory), directory, 120)).toEqual([
      [0, 'c1: raised'],
      [45, 'c2: raised'],
      [60, 'c3: raised'],
      [120, 'c3: exhausted'],
    ]);
  });
  test('the shout waits until the last contact has had time to answer', () => {
    const policy = policyOf([{ afterSeconds: 0, targets: [{ type: 'contacts', order: 'in-order', eachSeconds: 45 }] }], {
      repeatSeconds: null,
    });
    const directory = directoryOf(family);
    expect(timeline(start(policy, directory), directory, 1_000)).toEqual([
      [0, 'c1: raised'],
      [45, 'c2: raised'],
      [90, 'c3: raised'],
      [150, 'c1: exhausted', 'c2: exhausted', 'c3: exhausted'],
    ]);
  });
  test('who is also named by himself does not wait for his turn', () => {
    const policy = policyOf([
      {
        afterSeconds: 0,
        targets: [
          { type: 'contacts', order: 'in-order', eachSeconds: 45 },
          { type: 'person', person: 'c2' },
        ],
      },
    ]);
    const directory = directoryOf(family);
    expect(timeline(start(policy, directory), directory, 45)).toEqual([
      [0, 'c2: raised', 'c1: raised'],
      [45, 'c3: raised'],
    ]);
  });
  test('in parallel: all at once', () => {
    const policy = policyOf([{ afterSeconds: 0, targets: [{ type: 'contacts', order: 'parallel' }] }]);
    const step = startEscalation({ policy, stage: 'alarm', at: zero, directory: directoryOf(family) });
    expect(told(step)).toEqual(['c1: raised', 'c2: raised', 'c3: raised']);
  });
});
