import type Database from 'better-sqlite3';
import type { DecideNextAttempt } from '../../domain/attempt.ts';
import type { DeviceId, DeviceModelId } from '../../domain/ids.ts';
import type { InboundMessage } from '../../domain/inbound.ts';
import { type Clock, type Duration, type Instant, seconds } from '../../domain/instant.ts';
import type { Delivery, DeliveryResult } from '../../domain/notification.ts';
import type { ChannelName } from '../../domain/people.ts';
import { isCall, type Reading } from '../../domain/reading.ts';
import type { LiveEvent } from '../live-event.ts';
import { createCallCopies } from './call-copies.ts';
import type { Command, CommandAnswer, CommandContext } from './command.ts';
import { type CommandOutcome, createCommandRunner } from './command-runner.ts';
import { createJournal, readKept } from './journal.ts';
import { createOutbox } from './outbox.ts';
import type { Decoded, DecisionPipeline } from './ports.ts';
import { createRunRecord } from './run-record.ts';
import type { EngineOutputs } from './engine-outputs.ts';
import type { Claim } from './port.ts';
import { createTakingIn } from './taking-in.ts';
import { createWaitingDevices } from './waiting-devices.ts';
import type { KeptWorld } from './world.ts';

export interface EngineOptions {
  readonly db: Database.Database;
  readonly world: KeptWorld;
  readonly pipeline: DecisionPipeline;
  readonly decode: (message: Extract<InboundMessage, { type: 'publish' }>) => readonly Decoded[];
  readonly knowsModel: (model: DeviceModelId) => boolean;
  /** Whether a model connects only to speak: its clean goodbye is no news. */
  readonly sleeps: (model: DeviceModelId) => boolean;
  /** For so long after a press of such a device a further message of a press is the same one; null when its model says nothing of repeats. */
  readonly repeatsWithin: (model: DeviceModelId | null) => Duration | null;
  readonly decide: DecideNextAttempt;
  readonly idempotentChannels: ReadonlySet<ChannelName>;
  readonly linkFor: (link: number) => string;
  readonly linkLife: Duration;
  /** A few characters that no other gateway has; part of the names of messages. */
  readonly mark: string;
  readonly clock: Clock;
  readonly outputs: EngineOutputs;
}

/** How long a quiet message may wait for company before it is committed: waiting 2 ms halves the cost at 5,000 messages a second (measurements). A call does not wait. */
const groupCommitMs = 2;
/** So many are company enough: they are committed without waiting, and acknowledged while the next are still on their way. */
const groupCommitMessages = 256;
/** How many due things are done between two looks at the messages. */
const wakeBatch = 200;
/** After the disk has refused, how long until the same messages are tried again. */
const retryMs = 1_000;

/**
 * The keeper's work, apart from the thread it runs in: takes messages, commands and news of deliveries, and commits each with everything that
 * follows from it. One caller at a time; nothing here waits.
 */
export const createEngine = (options: EngineOptions) => {
  const { db, world, pipeline, clock, outputs } = options;
  const journal = createJournal(db);
  const outbox = createOutbox(options);
  const waitingDevices = createWaitingDevices(db);
  const runCommand = createCommandRunner({ db, world, pipeline, outbox, waitingDevices, knowsModel: options.knowsModel });
  const runRecord = createRunRecord(db);
  const withoutCopy = createCallCopies(journal, (device) => options.repeatsWithin(world.device(device)?.model ?? null));

  const hand = createTakingIn(options);
  /** News of tries that is not committed yet. */
  let results: { readonly delivery: Pick<Delivery, 'notification' | 'attempt'>; readonly result: DeliveryResult }[] = [];
  /** Messages that have their place on a channel and ask to leave. */
  let leaving: { readonly id: number; readonly delivery: Pick<Delivery, 'notification' | 'attempt'> }[] = [];
  /** Number of the newest message taken in, and of the newest one committed. */
  let taken = 0;
  let committed = 0;
  let refusing = false;
  /** Between `begin` and `stop`: what is due is done, and the outbox handed over. */
  let running = false;
  let commitTimer: NodeJS.Timeout | null = null;
  let wakeTimer: NodeJS.Timeout | null = null;

  const begin = db.prepare('BEGIN IMMEDIATE');
  const end = db.prepare('COMMIT');
  const undo = db.prepare('ROLLBACK');

  /** Memory holds what the store does not, because a failing disk could not be read after a rollback. */
  let astray = false;

  /** Memory goes back to what the store holds. */
  const forget = (): void => {
    astray = true;
    journal.sync();
    pipeline.load(readKept(db));
    outbox.load();
    waitingDevices.load();
    astray = false;
  };

  /**
   * Runs `work` in one transaction with everything that decisions changed by it. After the commit: events and deliveries leave.
   * @throws what SQLite threw, after everything is as before.
   */
  const commit = <Result>(now: Instant, work: () => { readonly result: Result; readonly keep: boolean }): Result => {
    const deliveries: Delivery[] = [];
    const events: LiveEvent[] = [];
    const writeDecisions = (): void => {
      const changes = pipeline.drain();
      events.push(...journal.writeChanges(changes, now));
      for (const alarm of changes.settled) outbox.settle(alarm);
      for (const notification of changes.notifications) outbox.add(notification);
    };
    const pump = (only: 'idempotent' | 'all'): void => {
      const pumped = outbox.pump(now, only);
      deliveries.push(...pumped.deliveries);
      for (const { alarm, home, event } of pumped.lines) pipeline.record(alarm, home, event);
      for (const { alarm, person } of pumped.unreachable) pipeline.unreachable(alarm, person, now);
      if (pumped.lines.length + pumped.unreachable.length > 0) writeDecisions();
    };
    let result: Result;
    // Deciding on what was never committed would take a press for one that is known already.
    if (astray) forget();
    begin.run();
    try {
      const outcome = work();
      result = outcome.result;
      if (!outcome.keep) {
        undo.run();
        // A refusal changes nothing in memory; should it have, memory goes back as well.
        if (pipeline.drain().alarms.length > 0) forget();
        return result;
      }
      writeDecisions();
      if (running) pump('idempotent');
      end.run();
      outbox.handedOver();
    } catch (error) {
      if (db.inTransaction) undo.run();
      forget();
      throw error;
    }
    if (events.length > 0) outputs.events(events);
    if (deliveries.length > 0) outputs.deliver(deliveries);
    return result;
  };

  /** Claims and hands over what is due on channels that cannot tell copies apart, in a commit of its own. */
  const pumpOutbox = (): void => {
    const due = outbox.nextDueAt();
    if (due === null || due > clock.now()) return;
    const now = clock.now();
    const deliveries: Delivery[] = [];
    const events: LiveEvent[] = [];
    if (astray) forget();
    begin.run();
    try {
      for (let again = true; again; ) {
        const pumped = outbox.pump(now, 'all');
        deliveries.push(...pumped.deliveries);
        for (const { alarm, home, event } of pumped.lines) pipeline.record(alarm, home, event);
        for (const { alarm, person } of pumped.unreachable) pipeline.unreachable(alarm, person, now);
        const changes = pipeline.drain();
        events.push(...journal.writeChanges(changes, now));
        for (const alarm of changes.settled) outbox.settle(alarm);
        for (const notification of changes.notifications) outbox.add(notification);
        again = changes.notifications.length > 0;
      }
      end.run();
      outbox.handedOver();
    } catch (error) {
      if (db.inTransaction) undo.run();
      forget();
      throw error;
    }
    if (events.length > 0) outputs.events(events);
    if (deliveries.length > 0) outputs.deliver(deliveries);
  };

  const refused = (error: unknown): void => {
    // Said once when it begins; the retry goes on in silence until it is over.
    if (!refusing) outputs.trouble('store-refused', error instanceof Error ? error.message : String(error), false);
    refusing = true;
  };
  /** A write that is not made again by itself was refused: it is watched until the disk takes writes again. */
  const watchStore = (error: unknown): void => {
    refused(error);
    commitTimer ??= setTimeout(afterWork, retryMs);
  };
  const accepted = (): void => {
    if (refusing) outputs.trouble('store-refused', '', true);
    refusing = false;
  };

  const keepReading = (reading: Reading, now: Instant): number => {
    const fresh = isCall(reading.facts) ? withoutCopy(reading) : reading;
    if (fresh === null) return 0;
    const numbered = { ...fresh, seq: journal.nextReading() };
    journal.insertReading(numbered);
    try {
      pipeline.reading(numbered, now);
    } catch (error) {
      // One rule's fault must not hold up everybody's readings; a call it concerned is said aloud.
      outputs.trouble('rule-failed', `${reading.device}: ${error instanceof Error ? error.message : String(error)}`, false);
    }
    return 1;
  };

  /** Commits everything taken in so far. False when the disk refused: nothing is acknowledged, and the same messages are tried again. */
  const flush = (): boolean => {
    if (commitTimer !== null) clearTimeout(commitTimer);
    commitTimer = null;
    if (taken === committed && results.length === 0 && leaving.length === 0) return true;
    const { readings, rejections, waiting } = hand.held();
    const news = results;
    const asking = leaving;
    const granted: boolean[] = [];
    const upTo = taken;
    const startedAt = clock.monotonic();
    const now = clock.now();
    try {
      const kept = commit(now, () => {
        let count = 0;
        for (const reading of readings) count += keepReading(reading, now);
        for (const row of rejections) journal.insertRejection(row);
        for (const { child, at } of waiting) waitingDevices.note(child, at);
        for (const { delivery, result } of news) {
          for (const { alarm, home, event } of outbox.result(delivery.notification, delivery.attempt, result, now))
            pipeline.record(alarm, home, event);
        }
        for (const { delivery } of asking) granted.push(outbox.leave(delivery.notification, delivery.attempt));
        return { result: count, keep: true };
      });
      hand.empty();
      results = [];
      leaving = [];
      committed = upTo;
      accepted();
      for (const [index, { id }] of asking.entries()) outputs.mayLeave(id, granted[index] === true);
      outputs.acknowledged(upTo, clock.monotonic() - startedAt, kept, journal.lastReading());
      return true;
    } catch (error) {
      refused(error);
      commitTimer = setTimeout(afterWork, retryMs);
      return false;
    }
  };

  const tick = (): void => {
    const now = clock.now();
    const due = pipeline.nextDueAt();
    if (due === null || due > now) return;
    outputs.lateness(now - due);
    commit(now, () => {
      pipeline.wake(now, wakeBatch);
      return { result: null, keep: true };
    });
  };

  /** What follows every piece of work: commit, hand over, do what is due, and set the one timer for what is due next. */
  function afterWork(): void {
    if (!flush() || !running) return;
    try {
      // Nothing may be waiting to be written: whether the disk is well again is seen by a write of its own.
      if (refusing) runRecord.alive(clock.now());
      pumpOutbox();
      tick();
      pumpOutbox();
      accepted();
    } catch (error) {
      watchStore(error);
      return;
    }
    schedule();
  }

  const schedule = (): void => {
    if (wakeTimer !== null) clearTimeout(wakeTimer);
    const dues = [pipeline.nextDueAt(), outbox.nextDueAt()].filter((at) => at !== null);
    // At least once a second: a wall clock that was set forward is noticed then.
    const wait = dues.length === 0 ? 1_000 : Math.min(1_000, Math.max(0, Math.min(...dues) - clock.now()));
    wakeTimer = setTimeout(afterWork, wait);
  };

  /** Begins the run. A disk that refuses even that is said aloud and tried again, while the process stays up to say so. */
  function takeUp(): void {
    commitTimer = null;
    const now = clock.now();
    running = true;
    try {
      commit(now, () => {
        const lastAlive = runRecord.begin(now);
        if (lastAlive !== null) pipeline.deaf(lastAlive, now);
        return { result: null, keep: true };
      });
    } catch (error) {
      running = false;
      refused(error);
      commitTimer = setTimeout(takeUp, retryMs);
      return;
    }
    const unreceipted = outbox.awaitingReceipts();
    if (unreceipted.length > 0) outputs.deliver(unreceipted);
    afterWork();
  }

  return {
    /** Brings back what was kept. Commands may come from now on. */
    load(): void {
      world.load(db);
      forget();
    },
    /** Notes how long nobody listened, and does at once what fell due meanwhile. */
    begin: takeUp,
    /** Takes messages in, in order; `acknowledged` tells when they are committed. */
    inbound(messages: readonly InboundMessage[]): void {
      let call = false;
      for (const message of messages) {
        taken += 1;
        call = hand.take(message) || call;
      }
      if (refusing) return;
      if (call || taken - committed >= groupCommitMessages) afterWork();
      else commitTimer ??= setTimeout(afterWork, groupCommitMs);
    },
    /** @throws what SQLite threw when the disk refuses. */
    execute(command: Command, context: CommandContext): CommandAnswer {
      if (!flush()) throw new Error('the disk refuses to write');
      const now = clock.now();
      let outcome: CommandOutcome;
      try {
        outcome = commit(now, () => {
          const result = runCommand(command, context, now);
          return { result, keep: result.answer.ok };
        });
      } catch (error) {
        watchStore(error);
        throw error;
      }
      for (const { record, id, body } of outcome.changed) {
        if (body === null) world.remove(record, id);
        else world.put(record, body);
        if (record === 'device') waitingDevices.forget(world.device(id as DeviceId) ?? null, id as DeviceId);
      }
      if (outcome.answer.ok && outcome.changed.length > 0) outputs.recordsChanged(outcome.changed);
      afterWork();
      return outcome.answer;
    },
    /** A message has its place on a channel that cannot tell copies apart; `mayLeave` answers when it is committed that it leaves. */
    leave(id: number, delivery: Pick<Delivery, 'notification' | 'attempt'>): void {
      leaving.push({ id, delivery });
      if (!refusing) commitTimer ??= setTimeout(afterWork, groupCommitMs);
    },
    /** A channel has told what became of a try. */
    delivered(delivery: Pick<Delivery, 'notification' | 'attempt'>, result: DeliveryResult): void {
      results.push({ delivery, result });
      if (!refusing) afterWork();
    },
    /** Commits what is in hand and does everything that is due by the clock. Happens by itself too; for who moves the clock. */
    catchUp: afterWork,
    /** A sign of life in the store, by which a full disk is noticed although nobody calls. */
    alive(): void {
      try {
        runRecord.alive(clock.now());
      } catch (error) {
        watchStore(error);
      }
    },
    /** The gateway stops: what comes in is still committed, nothing is handed over any more. */
    hold(): void {
      running = false;
      if (wakeTimer !== null) clearTimeout(wakeTimer);
    },
    /** These claims were never handed to a channel: nothing of them has left. @throws what SQLite threw when the disk refuses. */
    giveBack(claims: readonly Claim[]): void {
      commit(clock.now(), () => {
        for (const claim of claims) outbox.giveBack(claim);
        return { result: null, keep: true };
      });
    },
    /** Commits what is there and stops the timers. */
    stop(): void {
      flush();
      running = false;
      if (wakeTimer !== null) clearTimeout(wakeTimer);
      if (commitTimer !== null) clearTimeout(commitTimer);
      try {
        runRecord.end(clock.now());
      } catch (error) {
        // The next start takes the run for one that was cut off, which it nearly was.
        refused(error);
      }
    },
    /** Seconds between two signs of life in the store. */
    aliveEvery: seconds(5),
  };
};
