import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptRecord, NextAttempt } from '../../../domain/attempt.ts';
import { webhookIdSchema } from '../../../domain/ids.ts';
import { type Instant, instant } from '../../../domain/instant.ts';
import type { ChannelAddress } from '../../../domain/people.ts';
import { decideNextAttempt, defaultDeliveryNumbers } from './next-attempt.ts';

const sms: ChannelAddress = { channel: 'sms', phone: '13800138000' };
const otherSms: ChannelAddress = { channel: 'sms', phone: '13900139000' };
const email: ChannelAddress = { channel: 'email', address: 'a@b.example' };
const webhook: ChannelAddress = { channel: 'webhook', webhook: webhookIdSchema.parse('desk') };

const t0 = Date.UTC(2026, 10, 23);
const at = (seconds: number): Instant => instant(t0 + seconds * 1_000);
const attempt = (channelIndex: number, change: Partial<AttemptRecord>): AttemptRecord => ({
  channelIndex,
  state: 'sending',
  tries: 1,
  startedAt: at(0),
  finishedAt: change.state === undefined || change.state === 'sending' ? null : at(1),
  retry: false,
  retryAt: null,
  receiptExpected: false,
  mayHaveBeenSent: false,
  ...change,
});
const failed = (index: number, change: Partial<AttemptRecord> = {}) => attempt(index, { state: 'failed', ...change });
const unknown = (index: number, change: Partial<AttemptRecord> = {}) => attempt(index, { state: 'unknown', ...change });
const accepted = (index: number, change: Partial<AttemptRecord> = {}) =>
  attempt(index, { state: 'accepted', receiptExpected: true, ...change });
const send = (channelIndex: number, again = false): NextAttempt => ({ do: 'send', channelIndex, again });
const wait = (seconds: number, unreachable = false): NextAttempt => ({ do: 'wait', until: at(seconds), unreachable });
const done = (outcome: 'delivered' | 'accepted' | 'failed' | 'unknown'): NextAttempt => ({ do: 'done', outcome });

describe('what to do next with a message', () => {
  it.each<[string, ChannelAddress[], AttemptRecord[], number, NextAttempt]>([
    ['nothing done yet: the first channel', [sms, email], [], 0, send(0)],
    ['under way: wait for the answer', [sms, email], [attempt(0, {})], 1, wait(90)],
    ['no answer of any kind for too long: the next channel', [sms, email], [attempt(0, {})], 91, send(1)],
    ['failed: the next channel at once', [sms, email], [failed(0)], 1, send(1)],
    ['failed and worth another try: still the next channel first', [sms, email], [failed(0, { retry: true })], 1, send(1)],
    ['in doubt: the next channel at once', [sms, email], [unknown(0)], 1, send(1)],
    ['accepted: wait for the receipt', [sms, email], [accepted(0)], 2, wait(46)],
    ['no receipt in time: the next channel at once', [sms, email], [accepted(0)], 46, send(1)],
    ['receipt says failed: the next channel at once', [sms, email], [failed(0, { finishedAt: at(9) })], 9, send(1)],
    ['delivered: done', [sms, email], [attempt(0, { state: 'delivered' })], 2, done('delivered')],
    ['accepted where no receipt will come: done', [email, sms], [accepted(0, { receiptExpected: false })], 2, done('accepted')],
    [
      'receipt comes after the next channel has begun: done',
      [sms, email],
      [attempt(0, { state: 'delivered' }), attempt(1, {})],
      50,
      done('delivered'),
    ],
    ['interrupted by a restart: the same copy once more', [sms, email], [attempt(0, { mayHaveBeenSent: true })], 500, send(0, true)],
    ['everything failed for good: done, failed', [sms, email], [failed(0), failed(1)], 2, done('failed')],
    ['one in doubt, the rest failed: done, unknown', [email, sms], [unknown(0), failed(1)], 2, done('unknown')],
    ['one in doubt that can be asked about: unreachable, but still listening', [sms, email], [unknown(0), failed(1)], 2, wait(301, true)],
    ['… and in doubt for good', [sms, email], [unknown(0), failed(1)], 301, done('unknown')],
    ['… or known never to have left: again', [sms, email], [failed(0, { retry: true, finishedAt: at(40) }), failed(1)], 45, send(0, true)],
    [
      'everything failed, one worth another try: wait, and say unreachable',
      [sms, email],
      [failed(0, { retry: true }), failed(1)],
      2,
      wait(6, true),
    ],
    ['its time has come: again', [sms, email], [failed(0, { retry: true }), failed(1)], 6, send(0, true)],
    ['second wait is longer', [sms], [failed(0, { retry: true, tries: 2 })], 2, wait(16, true)],
    ['later waits are a minute', [sms], [failed(0, { retry: true, tries: 9 })], 2, wait(61, true)],
    ['the receiver said when', [webhook], [failed(0, { retry: true, retryAt: at(120) })], 2, wait(120, true)],
    ['the receiver said when, sooner than our own wait', [webhook], [failed(0, { retry: true, retryAt: at(2) })], 2, wait(6, true)],
    ['the receiver said a time after we give up', [webhook], [failed(0, { retry: true, retryAt: at(3_600) })], 2, done('failed')],
    ['a doubtful webhook may be sent again', [webhook], [unknown(0)], 2, wait(6, true)],
    ['a doubtful mail may not', [email], [unknown(0)], 2, done('unknown')],
    [
      'the earliest of several retries',
      [webhook, email],
      [failed(0, { retry: true, tries: 3 }), failed(1, { retry: true })],
      2,
      wait(6, true),
    ],
    ['half an hour is over: done', [sms], [failed(0, { retry: true, tries: 30, finishedAt: at(1_790) })], 1_791, done('failed')],
    ['receipt missing and no other channel: unreachable, but still listening', [sms], [accepted(0)], 46, wait(301, true)],
    ['no receipt ever: done, accepted', [sms], [accepted(0)], 301, done('accepted')],
    ['retry under way after all failed', [sms, email], [attempt(0, { tries: 2, startedAt: at(6) }), failed(1)], 7, wait(96, true)],
    ['the same number twice gets one copy', [sms, sms, email], [failed(0)], 2, send(2)],
    ['another number is another channel', [sms, otherSms], [failed(0)], 2, send(1)],
    ['nobody to send to: done', [], [], 0, done('failed')],
  ])('%s', (_, channels, attempts, now, next) => {
    expect(decideNextAttempt({ channels, attempts, createdAt: at(0) }, at(now))).toEqual(next);
  });
});

describe('whatever the channels do', () => {
  type Result = Pick<AttemptRecord, 'state' | 'retry' | 'receiptExpected'> & { readonly retryAfter: number | null };
  const result: fc.Arbitrary<Result> = fc.record({
    state: fc.constantFrom(
      'delivered' as const,
      'accepted' as const,
      'failed' as const,
      'failed' as const,
      'unknown' as const,
      'sending' as const,
    ),
    retry: fc.boolean(),
    receiptExpected: fc.boolean(),
    retryAfter: fc.option(fc.integer({ min: 1, max: 4_000 })),
  });
  const course = fc.record({
    channels: fc.array(fc.constantFrom(sms, otherSms, email, webhook), { maxLength: 5 }),
    results: fc.array(
      fc.record({ result, seconds: fc.integer({ min: 0, max: 120 }), restart: fc.integer({ min: 0, max: 9 }).map((n) => n === 0) }),
      { maxLength: 60 },
    ),
  });

  /** Plays a message through, as the outbox would, and calls `onSend` before each hand-over. */
  const play = (
    { channels, results }: { channels: ChannelAddress[]; results: { result: Result; seconds: number; restart: boolean }[] },
    onSend: (index: number, before: AttemptRecord | undefined, all: ReadonlyMap<number, AttemptRecord>) => void,
  ): { outcome: string; steps: number; seconds: number; attempts: ReadonlyMap<number, AttemptRecord> } => {
    const attempts = new Map<number, AttemptRecord>();
    const script = [...results];
    let now = at(0);
    for (let steps = 1; steps < 500; steps += 1) {
      const next = decideNextAttempt({ channels, attempts: [...attempts.values()], createdAt: at(0) }, now);
      if (next.do === 'done') return { outcome: next.outcome, steps, seconds: (now - t0) / 1_000, attempts };
      if (next.do === 'wait') {
        expect(next.until).toBeGreaterThan(now);
        now = next.until;
        continue;
      }
      const before = attempts.get(next.channelIndex);
      expect(next.again).toBe(before !== undefined);
      onSend(next.channelIndex, before, attempts);
      const {
        result: end,
        seconds,
        restart,
      }: { result: Result; seconds: number; restart: boolean } = script.shift() ?? {
        result: { state: 'failed', retry: false, receiptExpected: false, retryAfter: null },
        seconds: 1,
        restart: false,
      };
      const startedAt = now;
      if (end.state !== 'sending') now = instant(now + seconds * 1_000);
      attempts.set(next.channelIndex, {
        channelIndex: next.channelIndex,
        state: end.state,
        tries: (before?.tries ?? 0) + 1,
        startedAt,
        finishedAt: end.state === 'sending' ? null : now,
        retry: end.state === 'failed' && end.retry,
        retryAt: end.state === 'failed' && end.retryAfter !== null ? instant(now + end.retryAfter * 1_000) : null,
        receiptExpected: end.state === 'accepted' && end.receiptExpected,
        mayHaveBeenSent: end.state === 'sending' && restart,
      });
    }
    throw new Error('did not come to an end');
  };

  it('it comes to an end, or waits for an instant that lies ahead', () => {
    fc.assert(
      fc.property(course, (input) => {
        const { seconds } = play(input, () => undefined);
        expect(seconds).toBeLessThanOrEqual(1_800 + 120 * 61 + 300);
      }),
    );
  });

  it('a copy that may have arrived is never followed by another on a channel that cannot tell copies apart', () => {
    fc.assert(
      fc.property(course, (input) => {
        play(input, (index, before) => {
          if (before === undefined) return;
          const idempotent = defaultDeliveryNumbers.idempotentChannels.has(input.channels[index]?.channel ?? 'sms');
          if (idempotent) return;
          // Interrupted tries go to the notifier, which asks the provider first; everything else must have failed for certain.
          expect(before.state === 'failed' || (before.state === 'sending' && before.mayHaveBeenSent)).toBe(true);
        });
      }),
    );
  });

  it('nobody gets copies on two places of the list that are the same address', () => {
    fc.assert(
      fc.property(course, (input) => {
        const used = new Map<string, number>();
        play(input, (index) => {
          const address = JSON.stringify(input.channels[index]);
          expect(used.get(address) ?? index).toBe(index);
          used.set(address, index);
        });
      }),
    );
  });

  it('it gives up only when every address has been tried', () => {
    fc.assert(
      fc.property(course, (input) => {
        const { outcome, attempts } = play(input, () => undefined);
        if (outcome !== 'failed' && outcome !== 'unknown') return;
        const tried = new Set([...attempts.keys()].map((index) => JSON.stringify(input.channels[index])));
        for (const channel of input.channels) expect(tried).toContain(JSON.stringify(channel));
      }),
    );
  });

  it('no channel is tried twice before every other has been tried once', () => {
    fc.assert(
      fc.property(course, (input) => {
        const all = new Set(input.channels.map((channel) => JSON.stringify(channel))).size;
        play(input, (_, before, attempts) => {
          if (before !== undefined && !before.mayHaveBeenSent) expect(attempts.size).toBe(all);
        });
      }),
    );
  });
});
