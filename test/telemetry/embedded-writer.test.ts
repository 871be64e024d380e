import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../domain/instant.ts';
import { createEmbeddedTelemetry, embeddedCursorName } from '../../gateway/telemetry/embedded-writer.ts';
import { pruneJournal } from '../../gateway/telemetry/journal-retention.ts';
import { type Journal, openJournal } from './journal.ts';
import { upTo } from './writing.ts';

const small = { rowsPerDevice: 2, leastRows: 4, mostRows: 9 };
const copied = ({ db }: Journal): unknown[] => db.prepare('SELECT seq FROM telemetry ORDER BY seq').pluck().all();
const journalSeqs = ({ db }: Journal): unknown[] => db.prepare('SELECT seq FROM reading ORDER BY seq').pluck().all();
const atOf = ({ db }: Journal, device: string): unknown[] =>
  db.prepare('SELECT at FROM telemetry WHERE device = ? ORDER BY at').pluck().all(device);

test('whatever comes between, crashes too, every row up to the cursor is there once, and none is lost', async () => {
  const step = fc.oneof(
    fc.record({ add: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 }) }),
    fc.record({ copy: fc.integer({ min: 1, max: 6 }) }),
    fc.constant('restart' as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      await using journal = await openJournal();
      let telemetry = createEmbeddedTelemetry(journal.db, small);
      let last = 0;
      for (const it of steps) {
        if (it === 'restart') telemetry = createEmbeddedTelemetry(journal.db, small);
        else if ('copy' in it) telemetry.copy(it.copy);
        else if (it.add.length > 0)
          last = journal.add(it.add.map((device) => ({ device: `pad-${device}`, bed: `bed-${device}`, facts: { open: true } })));
        const position = journal.cursor(embeddedCursorName);
        const there = copied(journal);
        expect(there.slice(0, position)).toEqual(upTo(position));
        expect(new Set(there).size).toBe(there.length);
      }
      while (telemetry.copy(5));
      // What is left is fewer rows than make a window.
      expect(last - journal.cursor(embeddedCursorName)).toBeLessThan(2 * small.mostRows);
    }),
    { numRuns: 40 },
  );
});

test('a disk that refuses stops nothing: the same piece is copied when it takes writes again', async () => {
  await using journal = await openJournal();
  const telemetry = createEmbeddedTelemetry(journal.db, small);
  journal.add(upTo(8).map((seq) => ({ device: `pad-${seq % 2}`, facts: { open: true } })));
  expect(telemetry.copy(8)).toBe(true);
  journal.db.exec(
    `CREATE TRIGGER full BEFORE INSERT ON telemetry WHEN NEW.seq = 3 BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`,
  );
  expect(() => telemetry.copy(8)).toThrow('disk is full');
  expect(copied(journal)).toEqual([]);
  expect(journal.cursor(embeddedCursorName)).toBe(0);
  journal.db.exec('DROP TRIGGER full');
  while (telemetry.copy(8));
  expect(copied(journal)).toEqual(upTo(8));
  expect(journal.cursor(embeddedCursorName)).toBe(8);
});

test('pruning removes what is old from every device, in pieces, and says when it has been round', async () => {
  await using journal = await openJournal();
  const telemetry = createEmbeddedTelemetry(journal.db, { rowsPerDevice: 1, leastRows: 1 });
  journal.add(upTo(30).map((seq) => ({ device: `pad-${seq % 3}`, received_at: 1_000 * seq, facts: { open: true } })));
  while (telemetry.copy(100));
  let removed = 0;
  let pieces = 0;
  for (let done = false; !done; pieces += 1) {
    const piece = telemetry.prune(instant(25_000), 4);
    expect(piece.removed).toBeLessThanOrEqual(4);
    removed += piece.removed;
    done = piece.done;
  }
  expect(removed).toBe(24);
  expect(pieces).toBeGreaterThan(5);
  expect(atOf(journal, 'pad-0')).toEqual([27_000, 30_000]);
  expect(atOf(journal, 'pad-1')).toEqual([25_000, 28_000]);
  expect(telemetry.prune(instant(25_000), 4)).toEqual({ removed: 0, done: true });
});

const olderThan = instant(10_000);
const now = instant(20_000);
const dated = (times: readonly number[]) => times.map((received_at) => ({ received_at, facts: { open: true } }));

test('the journal keeps what is young, what a consumer has yet to read, and its newest row, whose number must not be given out again', async () => {
  await using journal = await openJournal();
  journal.add(dated([1_000, 2_000, 3_000, 4_000, 12_000, 5_000]));
  expect(pruneJournal(journal.db, { passed: 2, olderThan, now, limit: 100 })).toBe(2);
  expect(journalSeqs(journal)).toEqual([3, 4, 5, 6]);
  expect(pruneJournal(journal.db, { passed: 6, olderThan, now, limit: 1 })).toBe(1);
  expect(pruneJournal(journal.db, { passed: 6, olderThan, now, limit: 100 })).toBe(1);
  expect(pruneJournal(journal.db, { passed: 6, olderThan, now, limit: 100 })).toBe(0);
  expect(journalSeqs(journal)).toEqual([5, 6]);
  expect(pruneJournal(journal.db, { passed: 6, olderThan: instant(15_000), now, limit: 100 })).toBe(1);
  expect(journal.add(dated([16_000]))).toBe(7);
});

test('rows dated in the far future by a wrong clock do not keep the journal from being cleared', async () => {
  await using journal = await openJournal();
  journal.add(dated([1_000, 9e12, 9e12, 2_000, 15_000]));
  expect(pruneJournal(journal.db, { passed: 5, olderThan, now, limit: 100 })).toBe(4);
});
