import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Instant, instant } from '../../domain/instant.ts';
import { createDueQueue } from './due-queue.ts';

test('whatever is set, moved and removed, everything due comes out once, in order, and nothing else does', () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), at: fc.option(fc.integer({ min: 0, max: 50 })) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 60 }), (steps, now) => {
      const queue = createDueQueue();
      const model = new Map<string, Instant>();
      for (const { key, at } of steps) {
        queue.set(key, at === null ? null : instant(at));
        if (at === null) model.delete(key);
        else model.set(key, instant(at));
      }
      const expected = [...model].filter(([, at]) => at <= now).sort((x, y) => x[1] - y[1] || (x[0] < y[0] ? -1 : 1));
      const taken: [string, Instant][] = [];
      for (let entry = queue.take(instant(now)); entry !== null; entry = queue.take(instant(now))) taken.push([entry.key, entry.at]);
      expect(taken).toEqual(expected);
      const later = [...model.values()].filter((at) => at > now).sort((x, y) => x - y)[0] ?? null;
      expect(queue.next()).toBe(later);
    }),
  );
});

test('a deadline that moves with every heartbeat does not grow the queue', () => {
  const queue = createDueQueue();
  for (let beat = 0; beat < 1_000; beat += 1) queue.set('device', instant(1_000 + beat));
  expect(queue.take(instant(1_998))).toBeNull();
  expect(queue.take(instant(1_999))).toEqual({ key: 'device', at: 1_999 });
  expect(queue.take(instant(9_999))).toBeNull();
});
