import { describe, expect, test } from 'vitest';
import { directoryOf, person } from '../../test/harness/escalation-directory.ts';
import { events, people, policyOf, second, secondsOf, start, timeline, told, zero } from '../../test/harness/escalation-story.ts';
import { callAgain, restart } from './again.ts';
import { stop, taken, tellReturned } from './answered.ts';
import { startEscalation, wake } from './escalate.ts';
import { declined, unreachable } from './lost.ts';

const everybody = directoryOf({ contacts: ['daughter'] });
const policy = policyOf([people(0, 'a'), people(60, 'b'), people(120, 'c')], { remindSeconds: 900, reopenSeconds: 1_800 });
const begun = start(policy, everybody).escalation;
const afterB = wake(begun, 'unacknowledged', second(60), everybody).escalation;

describe('a second call while nobody has answered', () => {
  test('tells everybody told so far again, and does not move the clock', () => {
    const step = callAgain(afterB, second(70), everybody);
    expect(told(step)).toEqual(['a: raised-again', 'b: raised-again']);
    expect(step.escalation).toEqual(afterB);
  });
  test('whoever is due by then is told too', () => {
    expect(told(callAgain(begun, second(60), everybody))).toEqual(['a: raised-again', 'b: raised']);
  });
  test('with nobody told yet it acts as a wake', () => {
    const later = start(policyOf([people(30, 'a')]), everybody).escalation;
    expect(told(callAgain(later, second(10), everybody))).toEqual([]);
    expect(told(callAgain(later, second(30), everybody))).toEqual(['a: raised']);
  });
  test('when none of those told can be reached any more, the next level is told at once', () => {
    const step = callAgain(begun, second(10), directoryOf({ withoutChannel: ['a'] }));
    expect(told(step)).toEqual(['b: raised']);
    expect(events(step, 'person-skipped')).toMatchObject([{ data: { person: 'a', why: 'no-channel' } }]);
  });
  test('when nobody at all can be reached, that is said', () => {
    const step = callAgain(afterB, second(70), directoryOf({ unknown: ['a', 'b', 'c'] }));
    expect(events(step, 'exhausted')).toHaveLength(1);
  });
  test('between two rounds it tells again and the next round keeps its time', () => {
    const shouted = start(policyOf([people(0, 'a')], { repeatSeconds: 180 }), everybody).escalation;
    const waiting = wake(shouted, 'unacknowledged', second(180), everybody).escalation;
    const step = callAgain(waiting, second(200), everybody);
    expect([told(step), secondsOf(step.escalation.dueAt)]).toEqual([['a: raised-again'], 360]);
  });
  test('between two rounds with nobody ever told, a new round begins at once', () => {
    const nobody = directoryOf({ unknown: ['a', 'b', 'c'] });
    const step = callAgain(start(policy, nobody).escalation, second(5), directoryOf({ unknown: ['a', 'b'] }));
    expect([told(step), step.escalation.round]).toEqual([['c: raised'], 2]);
  });
  test('after the last word of a policy without repeat the levels begin again', () => {
    const once = policyOf([people(0, 'a'), people(60, 'b')], { repeatSeconds: null });
    const done = wake(
      wake(start(once, everybody).escalation, 'unacknowledged', second(60), everybody).escalation,
      'unacknowledged',
      second(120),
      everybody,
    );
    expect(done.escalation.dueAt).toBeNull();
    const step = callAgain(done.escalation, second(500), everybody);
    expect([told(step), secondsOf(step.escalation.dueAt)]).toEqual([['a: raised-again', 'b: raised-again'], 560]);
  });
  test('during a pre-alert it tells the first level again and nothing becomes due', () => {
    const pre = startEscalation({ policy, stage: 'pre-alert', at: zero, directory: everybody }).escalation;
    const step = callAgain(pre, second(5), everybody);
    expect([told(step), step.escalation.dueAt]).toEqual([['a: raised-again'], null]);
  });
  test.each([true, false])('on a stopped escalation (acknowledged: %s) it begins again rather than being swallowed', (acknowledged) => {
    const step = callAgain(stop(afterB, second(70), { acknowledged }).escalation, second(80), everybody);
    expect([told(step), secondsOf(step.escalation.dueAt)]).toEqual([['a: raised-again', 'b: raised-again'], 140]);
  });
});

describe('restart', () => {
  const answered = stop(afterB, second(70), { acknowledged: true, by: person('b') }).escalation;
  const again = restart(answered, second(200), everybody);

  test('those told before hear it, the acknowledger too, and the levels count from now', () => {
    expect(told(again)).toEqual(['a: raised-again', 'b: raised-again']);
    expect(again.escalation).toMatchObject({
      round: 2,
      startedAt: second(200),
      dueAt: second(260),
      told: ['a', 'b'],
      phase: 'telling',
      answeredBy: null,
    });
  });
  test('each level is told in its time all the same', () => {
    expect(timeline(again, everybody, 320)).toEqual([
      [200, 'a: raised-again', 'b: raised-again'],
      [260, 'b: raised'],
      [320, 'c: raised'],
    ]);
  });
  test('who takes their own answer back with "I can\'t" is not asked in this round', () => {
    const without = restart(answered, second(200), everybody, person('b'));
    expect(timeline(without, everybody, 380)).toEqual([
      [200, 'a: raised-again'],
      [260, 'c: raised'],
      [320, 'a: exhausted', 'b: exhausted', 'c: exhausted'],
    ]);
  });
  test('the policy is the one the alarm started with', () => {
    expect(again.escalation.policy).toEqual(policy);
  });
  test('servicemaintenanceescalate: after a shelving it begins at the first level', () => {
    const shelved = stop(begun, second(10), { acknowledged: false }).escalation;
    expect(shelved.dueAt).toBeNull();
    expect(restart(shelved, second(500), everybody).escalation.dueAt).toBe(second(560));
  });
});

describe('after an acknowledgement', () => {
  const answered = stop(afterB, second(70), { acknowledged: true, by: person('b') });

  test('nobody further is told, and the reminder is due', () => {
    expect([told(answered), secondsOf(answered.escalation.dueAt)]).toEqual([[], 970]);
  });
  test('the others hear that somebody has taken it', () => {
    expect(told(taken(answered.escalation, person('b')))).toEqual(['a: taken']);
    expect(told(taken(answered.escalation, null))).toEqual(['a: taken', 'b: taken']);
    expect(taken(answered.escalation, person('b')).escalation).toEqual(answered.escalation);
  });
  test('test_acknowledge_reminder: forgotten, the acknowledger and the staff are reminded, then the acknowledgement is taken back', () => {
    const reminded = wake(answered.escalation, 'acknowledged', second(970), everybody);
    expect(told(reminded)).toEqual(['b: reminder', 'a: reminder']);
    expect(events(reminded, 'reminded')).toMatchObject([{ lateMs: 0, data: { people: ['b', 'a'] } }]);
    expect(reminded.escalation).toMatchObject({ reminded: true, dueAt: second(1_870) });
    const reopened = wake(reminded.escalation, 'acknowledged', second(1_870), everybody);
    expect(reopened).toMatchObject({ reopen: true, tell: [], escalation: { dueAt: null } });
    expect(told(restart(reopened.escalation, second(1_870), everybody))).toEqual(['a: raised-again', 'b: raised-again']);
  });
  test('family is not reminded unless it is they who have taken it', () => {
    const family = directoryOf({ contacts: ['a'] });
    expect(told(wake(answered.escalation, 'acknowledged', second(970), family))).toEqual(['b: reminder']);
    const byFamily = stop(afterB, second(70), { acknowledged: true, by: person('a') }).escalation;
    expect(told(wake(byFamily, 'acknowledged', second(970), family))).toEqual(['a: reminder', 'b: reminder']);
  });
  test('both overdue: taken back at once, without a reminder first', () => {
    expect(wake(answered.escalation, 'acknowledged', second(5_000), everybody)).toMatchObject({ reopen: true, tell: [], events: [] });
  });
  test('a reminder that reaches nobody takes the acknowledgement back at once', () => {
    const step = wake(answered.escalation, 'acknowledged', second(970), directoryOf({ unknown: ['a', 'b'] }));
    expect(step).toMatchObject({ reopen: true, tell: [] });
    expect(events(step, 'reminded')).toMatchObject([{ data: { people: [] } }]);
  });
  test('arrived or closed: nothing is due any more', () => {
    expect(stop(answered.escalation, second(400), { acknowledged: false })).toMatchObject({
      tell: [],
      reopen: false,
      escalation: { dueAt: null },
    });
  });
  test.each([
    [{ remindSeconds: null, reopenSeconds: null }, null],
    [{ remindSeconds: null, reopenSeconds: 300 }, 310],
    [{ remindSeconds: 300, reopenSeconds: null }, 310],
    [{ remindSeconds: 600, reopenSeconds: 300 }, 310],
  ])('%j: due %s', (times, due) => {
    const running = start(policyOf([people(0, 'a')], times), everybody).escalation;
    expect(secondsOf(stop(running, second(10), { acknowledged: true }).escalation.dueAt)).toBe(due);
  });
  test('an escalation that waits for an arrival although the alarm is unacknowledged begins again', () => {
    expect(told(wake(answered.escalation, 'unacknowledged', second(970), everybody))).toEqual(['a: raised-again', 'b: raised-again']);
  });
});

describe('returned to normal', () => {
  test('stops, and tells everybody who was told', () => {
    const step = tellReturned(afterB, second(70));
    expect([told(step), step.escalation.dueAt]).toEqual([['a: returned', 'b: returned'], null]);
  });
  test('a webhook that was told is told this too', () => {
    const hooked = start(policyOf([{ afterSeconds: 0, targets: [{ type: 'webhook', webhook: 'platform' }] }]), everybody).escalation;
    expect(told(tellReturned(hooked, second(5)))).toEqual(['platform: returned']);
    expect(told(callAgain(hooked, second(5), everybody))).toEqual(['platform: raised-again']);
    expect(told(taken(hooked, null))).toEqual(['platform: taken']);
  });
});

describe.each([
  ['"I can\'t"', declined],
  ['no channel reached them', unreachable],
])('%s', (_, lose) => {
  const family = directoryOf({ contacts: ['c1', 'c2', 'c3'] });
  const inOrder = start(
    policyOf([{ afterSeconds: 0, targets: [{ type: 'contacts', order: 'in-order', eachSeconds: 45 }] }, people(200, 'z')]),
    family,
  ).escalation;
  const pair = start(policyOf([people(0, 'a', 'b'), people(60, 'c'), people(120, 'd')]), everybody).escalation;

  test('the next contact in order is told at once, and the one after has the whole time from then', () => {
    const step = lose(inOrder, person('c1'), second(10), family);
    expect([told(step), secondsOf(step.escalation.dueAt)]).toEqual([['c2: raised'], 55]);
  });
  test('the last contact in order: the next level at once', () => {
    let step = lose(inOrder, person('c1'), second(10), family);
    step = lose(step.escalation, person('c2'), second(20), family);
    step = lose(step.escalation, person('c3'), second(30), family);
    expect(told(step)).toEqual(['z: raised']);
  });
  test('while another of the level may still answer, nothing happens', () => {
    const step = lose(pair, person('a'), second(10), everybody);
    expect([told(step), secondsOf(step.escalation.dueAt)]).toEqual([[], 60]);
  });
  test('everybody of the level: the next level at once, the one after keeps its time', () => {
    const step = lose(lose(pair, person('a'), second(10), everybody).escalation, person('b'), second(12), everybody);
    expect([told(step), secondsOf(step.escalation.dueAt)]).toEqual([['c: raised'], 120]);
  });
  test('twice counts once', () => {
    const once = lose(pair, person('a'), second(10), everybody);
    const twice = lose(once.escalation, person('a'), second(11), everybody);
    expect([told(twice), twice.escalation]).toEqual([[], once.escalation]);
  });
  test('everybody at the end of the policy: said aloud at once', () => {
    const single = start(policyOf([people(0, 'a')]), everybody).escalation;
    const step = lose(single, person('a'), second(5), everybody);
    expect(events(step, 'exhausted')).toMatchObject([{ at: second(5), lateMs: 0 }]);
    expect(step.escalation.exhausted).toBe(true);
  });
  test('the last of the last level, while somebody of an earlier level may still answer: the shout keeps its time', () => {
    const late = wake(pair, 'unacknowledged', second(120), everybody).escalation;
    const step = lose(late, person('d'), second(125), everybody);
    expect([told(step), secondsOf(step.escalation.dueAt)]).toEqual([[], 180]);
  });
  test('somebody who was never told moves nothing', () => {
    expect(told(lose(pair, person('stranger'), second(10), everybody))).toEqual([]);
  });
  test('after an acknowledgement it moves nothing', () => {
    const answered = stop(pair, second(5), { acknowledged: true }).escalation;
    const step = lose(lose(answered, person('a'), second(10), everybody).escalation, person('b'), second(11), everybody);
    expect([told(step), step.escalation.phase]).toEqual([[], 'answered']);
  });
  test('a new round asks them again', () => {
    const single = policyOf([people(0, 'a')], { repeatSeconds: 30 });
    const shouted = lose(start(single, everybody).escalation, person('a'), second(5), everybody).escalation;
    expect(told(wake(shouted, 'unacknowledged', second(35), everybody))).toEqual(['a: raised']);
  });
});

describe('the difference between declining and being unreachable', () => {
  const twice = start(policyOf([people(0, 'a'), { ...people(60, 'a', 'b'), asks: 'dispatch-unverified' }]), everybody).escalation;
  test('who said "I can\'t" is not asked to go either', () => {
    expect(told(declined(twice, person('a'), second(5), everybody))).toEqual(['b: dispatch-unverified']);
  });
  test('who could not be reached is tried again when more is asked', () => {
    expect(told(unreachable(twice, person('a'), second(5), everybody))).toEqual(['a: dispatch-unverified', 'b: dispatch-unverified']);
  });
  test('… and while that try may still reach them they are not given up', () => {
    const retried = unreachable(twice, person('a'), second(5), everybody).escalation;
    const withoutB = unreachable(retried, person('b'), second(6), everybody);
    expect(events(withoutB, 'exhausted')).toEqual([]);
    expect(events(unreachable(withoutB.escalation, person('a'), second(7), everybody), 'exhausted')).toHaveLength(1);
  });
  test('only the unreachable has a line in the log from here', () => {
    expect(declined(twice, person('a'), second(5), everybody).events.map((event) => event.type)).not.toContain('declined');
    expect(events(unreachable(twice, person('a'), second(5), everybody), 'unreachable')).toMatchObject([
      { data: { person: 'a', round: 1 } },
    ]);
  });
});
