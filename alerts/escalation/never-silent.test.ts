import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directoryOf, person } from '../../test/harness/escalation-directory.ts';
import { second, start } from '../../test/harness/escalation-story.ts';
import { type Escalation, alarmEventSchema, escalationSchema } from '../../domain/alarm.ts';
import { type Instant, instant } from '../../domain/instant.ts';
import { policySchema } from '../../domain/policy.ts';
import { callAgain, restart } from './again.ts';
import { wake } from './escalate.ts';
import { declined, unreachable } from './lost.ts';
import type { Directory } from './directory.ts';
import type { Step } from './step.ts';

const personId = fc.constantFrom('p0', 'p1', 'p2', 'p3', 'p4');
const rosterId = fc.constantFrom('r0', 'r1', 'r2');
const target = fc.oneof(
  fc.record({ type: fc.constant('roster' as const), roster: rosterId }),
  fc.record({ type: fc.constant('person' as const), person: personId }),
  fc.record({
    type: fc.constant('contacts' as const),
    order: fc.constantFrom('parallel' as const, 'in-order' as const),
    eachSeconds: fc.integer({ min: 5, max: 90 }),
  }),
  fc.record({ type: fc.constant('webhook' as const), webhook: fc.constantFrom('w0', 'w1') }),
);
const level = fc.record({
  afterSeconds: fc.integer({ min: 0, max: 300 }),
  targets: fc.array(target, { maxLength: 3 }),
  asks: fc.constantFrom('answer' as const, 'dispatch-unverified' as const),
});
const aPolicy = fc
  .record({ levels: fc.array(level, { minLength: 1, maxLength: 5 }), repeatSeconds: fc.option(fc.integer({ min: 30, max: 400 })) })
  .map(({ levels, repeatSeconds }) =>
    policySchema.parse({ id: 'p', name: 'p', repeatSeconds, levels: levels.toSorted((a, b) => a.afterSeconds - b.afterSeconds) }),
  );
const somePeople = fc.uniqueArray(personId);
const aDirectory = fc
  .record({
    r0: somePeople,
    r1: somePeople,
    contacts: somePeople,
    unknown: fc.subarray(['p0', 'p1', 'p2', 'p3', 'p4']),
    withoutChannel: fc.subarray(['p0', 'p1']),
  })
  .map(({ r0, r1, ...rest }) => directoryOf({ rosters: { r0, r1 }, ...rest }));

/** What everybody may rely on after any step of an alarm that nobody has answered. */
const expectSound = (step: Step, at: Instant): void => {
  const { escalation } = step;
  expect(escalationSchema.parse(escalation)).toEqual(escalation);
  for (const event of step.events) expect(alarmEventSchema.parse(event)).toEqual(event);
  const endedAloud = escalation.phase === 'exhausted' && escalation.exhausted && escalation.policy.repeatSeconds === null;
  expect(escalation.dueAt !== null || endedAloud).toBe(true);
  if (escalation.dueAt !== null) expect(escalation.dueAt).toBeGreaterThan(at);
  const receivers = step.tell.map((tell) => `${tell.person} ${tell.webhook}`);
  expect(new Set(receivers).size).toBe(receivers.length);
  const asked = escalation.toldThisRound.map((t) => `${t.person} ${t.webhook} ${escalation.policy.levels[t.level]?.asks}`);
  expect(new Set(asked).size).toBe(asked.length);
  for (const { person: who } of escalation.toldThisRound) if (who !== null) expect(escalation.told).toContain(who);
};

const move = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant('wake' as const), lateMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 900_000 })) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('declined' as const, 'unreachable' as const),
      who: personId,
      waitMs: fc.integer({ min: 0, max: 60_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom('callAgain' as const, 'restart' as const), waitMs: fc.integer({ min: 0, max: 60_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('directory' as const), directory: aDirectory }) },
);

/** Runs a round from its start to its shout, waking at the due instants, each `late` ms late (and at the odd instants between). */
const levelsTold = (first: Step, directory: Directory, late: (due: Instant) => number): string[] => {
  let { escalation } = first;
  for (let i = 0; i < 200 && !escalation.exhausted && escalation.dueAt !== null; i += 1) {
    escalation = wake(escalation, 'unacknowledged', instant(escalation.dueAt + late(escalation.dueAt)), directory).escalation;
  }
  expect(escalation.exhausted).toBe(true);
  return [...new Set(escalation.toldThisRound.map((t) => `${t.person} ${t.webhook}`))].sort();
};

describe('whatever happens to an alarm that nobody answers', () => {
  test('it never ends in silence: something is due, or it has said aloud that nobody was reached', () => {
    fc.assert(
      fc.property(aPolicy, aDirectory, fc.array(move, { maxLength: 25 }), (policy, first, moves) => {
        let directory = first;
        let at = second(0);
        let step = start(policy, directory);
        expectSound(step, at);
        for (const next of moves) {
          const { escalation }: { escalation: Escalation } = step;
          if (next.type === 'directory') {
            directory = next.directory;
            continue;
          }
          if (next.type === 'wake') {
            at = instant(Math.max(at, escalation.dueAt ?? at) + next.lateMs);
            step = wake(escalation, 'unacknowledged', at, directory);
          } else {
            // People and devices speak while nothing is overdue: the ticker has been there first.
            at = instant(Math.min(at + next.waitMs, escalation.dueAt === null ? Number.MAX_SAFE_INTEGER : escalation.dueAt - 1));
            if (next.type === 'declined') step = declined(escalation, person(next.who), at, directory);
            else if (next.type === 'unreachable') step = unreachable(escalation, person(next.who), at, directory);
            else if (next.type === 'callAgain') step = callAgain(escalation, at, directory);
            else step = restart(escalation, at, directory);
          }
          expectSound(step, at);
          expect(wake(step.escalation, 'unacknowledged', at, directory)).toEqual({
            escalation: step.escalation,
            tell: [],
            events: [],
            reopen: false,
          });
          const shouted =
            step.escalation.phase === 'exhausted' && (escalation.phase !== 'exhausted' || escalation.round !== step.escalation.round);
          expect(step.events.filter((event) => event.type === 'exhausted')).toHaveLength(shouted ? 1 : 0);
        }
      }),
      { numRuns: 600 },
    );
  });

  test('a round tells the same people however late and in whatever pieces it is woken', () => {
    fc.assert(
      fc.property(
        aPolicy,
        aDirectory,
        fc.array(fc.integer({ min: 0, max: 700_000 }), { minLength: 1, maxLength: 8 }),
        (policy, directory, delays) => {
          const first = start(policy, directory);
          let turn = 0;
          const onTime = levelsTold(first, directory, () => 0);
          expect(levelsTold(first, directory, () => 3_600_000)).toEqual(onTime);
          expect(levelsTold(first, directory, () => delays[turn++ % delays.length] ?? 0)).toEqual(onTime);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('on time, everybody whom a level means and who can be reached is told in that round, and by the time of the level', () => {
    fc.assert(
      fc.property(aPolicy, aDirectory, (policy, directory) => {
        let step = start(policy, directory);
        const toldAt = new Map<string, number>();
        let at = second(0);
        for (;;) {
          for (const { person: who } of step.escalation.toldThisRound) if (who !== null && !toldAt.has(who)) toldAt.set(who, at);
          if (step.escalation.exhausted || step.escalation.dueAt === null) break;
          at = step.escalation.dueAt;
          step = wake(step.escalation, 'unacknowledged', at, directory);
        }
        for (const { afterSeconds, targets } of policy.levels) {
          for (const meant of targets) {
            if (meant.type === 'webhook') continue;
            const ids =
              meant.type === 'person'
                ? [meant.person]
                : meant.type === 'roster'
                  ? (directory.onDuty(meant.roster, at) ?? [])
                  : directory.contacts();
            const latest = second(
              afterSeconds + (meant.type === 'contacts' && meant.order === 'in-order' ? meant.eachSeconds * ids.length : 0),
            );
            for (const id of ids.filter((who) => directory.reach(who) === 'reachable')) {
              expect(toldAt.get(id)).toBeLessThanOrEqual(latest);
            }
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
