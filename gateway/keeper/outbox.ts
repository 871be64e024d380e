import type Database from 'better-sqlite3';
import type { AlarmEvent } from '../../domain/alarm.ts';
import type { DecideNextAttempt } from '../../domain/attempt.ts';
import type { NewNotification } from '../../domain/changes.ts';
import type { AlarmId, HomeId, NotificationId, PersonId } from '../../domain/ids.ts';
import { after, type Duration, type Instant } from '../../domain/instant.ts';
import type { Language } from '../../domain/language.ts';
import { type Delivery, type DeliveryResult, messageSubjectSchema } from '../../domain/notification.ts';
import { type ChannelAddress, type ChannelName, channelAddressSchema, type PersonRole } from '../../domain/people.ts';
import type { Claim } from './port.ts';
import { attemptAfterRestart, createOutboxRows, type KeptAttempt, type NotificationRow, unclaimed } from './outbox-rows.ts';

interface Entry {
  row: NotificationRow;
  readonly channels: readonly ChannelAddress[];
  readonly attempts: Map<number, KeptAttempt>;
}

/** A line for the alarm's log. */
export interface OutboxLine {
  readonly alarm: AlarmId;
  readonly home: HomeId;
  readonly event: AlarmEvent;
}

/** What came of looking at the outbox: messages to hand over once this transaction is committed, and people nobody could reach. */
export interface Pumped {
  readonly deliveries: readonly Delivery[];
  readonly unreachable: readonly { readonly alarm: AlarmId; readonly person: PersonId }[];
  readonly lines: readonly OutboxLine[];
}

/** Messages that lose their point when somebody has taken the alarm; the rest (taken, returned, closed, a reminder) still have one. */
const losesItsPoint = new Set(['raised', 'raised-again', 'dispatch-unverified', 'exhausted']);

/**
 * The outbox: notifications as rows, a try for each channel, and what becomes of them. All methods run inside a transaction of the caller's;
 * after a rollback the caller calls `load` again.
 */
export const createOutbox = (options: {
  readonly db: Database.Database;
  readonly decide: DecideNextAttempt;
  readonly idempotentChannels: ReadonlySet<ChannelName>;
  readonly linkFor: (link: number) => string;
  readonly linkLife: Duration;
  /** A few characters that no other gateway has. */
  readonly mark: string;
}) => {
  const { decide, idempotentChannels, linkFor, linkLife } = options;
  const rows = createOutboxRows(options.db);
  const entries = new Map<number, Entry>();
  /** Entries to look at with the next pump: new ones, and those with news. */
  const dirty = new Set<number>();
  /** Copies that this process has handed over and heard nothing of yet: a rollback does not make them doubtful. */
  const underWay = new Set<string>();
  /** Those of them whose commit still stands out. */
  let claiming: string[] = [];
  let lastNotification = 0;
  let lastLink = 0;

  /**
   * Names a copy to providers and receivers, who remember names for a long time. The store's own mark and the instant are in it, so that
   * neither another gateway nor this one after a restored backup ever gives the same name to another message.
   */
  const keyOf = ({ row }: Entry, channelIndex: number): string =>
    `${options.mark}-${row.id}-${row.created_at.toString(36)}-${channelIndex}`;

  const save = (entry: Entry, change: Partial<NotificationRow>): void => {
    entry.row = { ...entry.row, ...change };
    rows.update(entry.row);
    if (entry.row.state === 'done') {
      rows.removeQueued(entry.row.id);
      entries.delete(entry.row.id);
      dirty.delete(entry.row.id);
    }
  };

  const line = (entry: Entry, type: AlarmEvent['type'], now: Instant, data: Record<string, unknown>): OutboxLine => ({
    alarm: entry.row.alarm as AlarmId,
    home: entry.row.home as HomeId,
    event: {
      type,
      at: now,
      by: { type: 'gateway' },
      lateMs: 0,
      data: { notification: entry.row.id, purpose: entry.row.purpose, person: entry.row.person, webhook: entry.row.webhook, ...data },
    },
  });

  const handOver = (entry: Entry, channelIndex: number, now: Instant): Delivery => {
    const address = entry.channels[channelIndex];
    if (address === undefined) throw new RangeError(`notification ${entry.row.id} has no channel ${channelIndex}`);
    const earlier = entry.attempts.get(channelIndex);
    const attempt: KeptAttempt = {
      channelIndex,
      channel: address.channel,
      key: keyOf(entry, channelIndex),
      state: 'sending',
      tries: (earlier?.tries ?? 0) + 1,
      startedAt: now,
      finishedAt: null,
      retry: false,
      retryAt: null,
      receiptExpected: false,
      mayHaveBeenSent: false,
      providerId: earlier?.providerId ?? null,
      code: null,
      detail: null,
      left: idempotentChannels.has(address.channel) || (earlier?.mayHaveBeenSent ?? false),
    };
    entry.attempts.set(channelIndex, attempt);
    rows.putAttempt(entry.row.id, attempt);
    underWay.add(attempt.key);
    claiming.push(attempt.key);
    return deliveryOf(entry, attempt, address, earlier?.mayHaveBeenSent ?? false);
  };

  const deliveryOf = (entry: Entry, { channelIndex, key }: KeptAttempt, address: ChannelAddress, mayHaveBeenSent: boolean): Delivery => {
    return {
      notification: entry.row.id as NotificationId,
      attempt: channelIndex,
      key,
      alarm: entry.row.alarm as AlarmId,
      person: entry.row.person as PersonId | null,
      role: entry.row.role as PersonRole,
      language: entry.row.language as Language,
      address,
      subject: messageSubjectSchema.parse(JSON.parse(entry.row.subject)),
      link: entry.row.link === null ? null : linkFor(entry.row.link),
      mayHaveBeenSent,
      createdAt: entry.row.created_at as Instant,
    };
  };

  return {
    /** Reads the open notifications from the store: at start, and after a rollback. */
    load(): void {
      entries.clear();
      dirty.clear();
      for (const key of claiming.splice(0)) underWay.delete(key);
      lastNotification = rows.lastNotification();
      lastLink = rows.lastLink();
      for (const row of rows.open()) {
        entries.set(row.id, { row, channels: channelAddressSchema.array().parse(JSON.parse(row.channels)), attempts: new Map() });
        dirty.add(row.id);
      }
      for (const row of rows.attemptsOfOpen()) {
        const attempt = attemptAfterRestart(row);
        const mine = underWay.has(attempt.key);
        // Whoever held its place has died with the process: it waits for one anew.
        const now = attempt.left || mine ? { ...attempt, mayHaveBeenSent: attempt.mayHaveBeenSent && !mine } : unclaimed(attempt);
        if (now !== null) entries.get(row.notification)?.attempts.set(row.channel_index, now);
      }
    },
    /** The commit in which copies were claimed stands: they leave now. */
    handedOver(): void {
      claiming = [];
    },
    /** A claim whose copy never reached a channel: as if it had not been made. One that an earlier process may have sent stays in doubt. */
    giveBack({ notification, attempt: channelIndex, mayHaveBeenSent }: Claim): void {
      const entry = entries.get(notification);
      const attempt = entry?.attempts.get(channelIndex);
      if (entry === undefined || attempt?.state !== 'sending' || mayHaveBeenSent) return;
      underWay.delete(attempt.key);
      const earlier = unclaimed(attempt);
      if (earlier === null) {
        entry.attempts.delete(channelIndex);
        rows.removeAttempt(notification, channelIndex);
      } else {
        entry.attempts.set(channelIndex, earlier);
        rows.putAttempt(notification, earlier);
      }
      dirty.add(notification);
    },
    /** Copies that a provider took in an earlier life of this process, and whose receipts are still to come: to be asked about again. */
    awaitingReceipts(): readonly Delivery[] {
      return [...entries.values()].flatMap((entry) =>
        [...entry.attempts.values()].flatMap((attempt) => {
          const address = entry.channels[attempt.channelIndex];
          return attempt.state === 'accepted' && attempt.receiptExpected && address !== undefined
            ? [deliveryOf(entry, attempt, address, true)]
            : [];
        }),
      );
    },
    add(notification: NewNotification): void {
      lastNotification += 1;
      const { alarm, home, person, webhook, purpose, createdAt } = notification;
      const nextLink = (): number => {
        lastLink += 1;
        return lastLink;
      };
      const row: NotificationRow = {
        id: lastNotification,
        alarm,
        home,
        person,
        webhook,
        purpose,
        channels: JSON.stringify(notification.channels),
        language: notification.language,
        role: notification.role,
        subject: JSON.stringify(notification.subject),
        state: 'open',
        outcome: null,
        created_at: createdAt,
        next_at: createdAt,
        unreachable: 0,
        link: person === null ? null : rows.link(alarm, person, nextLink, createdAt, after(createdAt, linkLife)),
      };
      rows.insert(row);
      entries.set(row.id, { row, channels: notification.channels, attempts: new Map() });
      dirty.add(row.id);
    },
    /** Somebody has the alarm, or it is over: what was not sent yet is not sent any more. */
    settle(alarm: AlarmId): void {
      for (const entry of [...entries.values()]) {
        if (entry.row.alarm !== alarm || !losesItsPoint.has(entry.row.purpose)) continue;
        if ([...entry.attempts.values()].some((attempt) => (attempt.state === 'sending' && attempt.left) || attempt.state === 'accepted'))
          continue;
        save(entry, { state: 'done', outcome: 'cancelled', next_at: null });
      }
    },
    /** The link was opened: whoever holds it has read the message. */
    markRead(alarm: AlarmId, person: PersonId): void {
      for (const entry of [...entries.values()]) {
        if (entry.row.alarm === alarm && entry.row.person === person && entry.attempts.size > 0)
          save(entry, { state: 'done', outcome: 'delivered', next_at: null });
      }
    },
    /** A copy has its place on its channel. True: written down as one that may have got out. False: nobody needs it any more. */
    leave(notification: number, channelIndex: number): boolean {
      const entry = entries.get(notification);
      const attempt = entry?.attempts.get(channelIndex);
      if (entry === undefined || attempt?.state !== 'sending') return false;
      const leaving: KeptAttempt = { ...attempt, left: true };
      entry.attempts.set(channelIndex, leaving);
      rows.putAttempt(notification, leaving);
      return true;
    },
    /** A channel has told what became of a try. Unknown or settled notifications are ignored: the news came too late to matter. */
    result(notification: number, channelIndex: number, result: DeliveryResult, now: Instant): readonly OutboxLine[] {
      const entry = entries.get(notification);
      const attempt = entry?.attempts.get(channelIndex);
      if (entry === undefined || attempt === undefined) return [];
      underWay.delete(attempt.key);
      const finished: KeptAttempt = {
        ...attempt,
        state: result.state,
        finishedAt: now,
        mayHaveBeenSent: false,
        retry: result.state === 'failed' && result.retry,
        retryAt: result.state === 'failed' && result.retryAfterMs !== null ? after(now, result.retryAfterMs as Duration) : null,
        receiptExpected: result.state === 'accepted' && result.receiptExpected,
        providerId: 'providerId' in result ? (result.providerId ?? attempt.providerId) : attempt.providerId,
        code: 'code' in result ? result.code : null,
        detail: 'detail' in result ? result.detail : null,
      };
      entry.attempts.set(channelIndex, finished);
      rows.putAttempt(notification, finished);
      dirty.add(notification);
      const type = ({ delivered: 'delivered', accepted: 'sent', failed: 'send-failed', unknown: 'send-unknown' } as const)[result.state];
      return [
        line(entry, type, now, { channel: attempt.channel, tries: attempt.tries, ...('code' in result ? { code: result.code } : {}) }),
      ];
    },
    /** When the next waiting notification wants to be looked at. */
    nextDueAt(): Instant | null {
      if (dirty.size > 0) return 0 as Instant;
      let next: number | null = null;
      for (const { row } of entries.values()) if (row.next_at !== null && (next === null || row.next_at < next)) next = row.next_at;
      return next as Instant | null;
    },
    /**
     * Decides what to do with everything that is due, and writes it down before it is done.
     * @param only `idempotent`: just those whose next channel tells copies apart, so that they can leave with the commit that made them;
     *   the others are claimed in a commit of their own, which keeps "may have been sent" to those that may.
     */
    pump(now: Instant, only: 'idempotent' | 'all'): Pumped {
      const deliveries: Delivery[] = [];
      const unreachable: { alarm: AlarmId; person: PersonId }[] = [];
      const lines: OutboxLine[] = [];
      const due =
        only === 'idempotent'
          ? [...dirty]
          : [...entries.values()]
              .filter(({ row }) => dirty.has(row.id) || (row.next_at !== null && row.next_at <= now))
              .map(({ row }) => row.id);
      for (const id of due) {
        const entry = entries.get(id);
        if (entry === undefined) continue;
        const next = decide(
          { channels: entry.channels, attempts: [...entry.attempts.values()], createdAt: entry.row.created_at as Instant },
          now,
        );
        if (next.do === 'send') {
          const channel = entry.channels[next.channelIndex]?.channel;
          if (only === 'idempotent' && (channel === undefined || !idempotentChannels.has(channel))) continue;
          dirty.delete(id);
          deliveries.push(handOver(entry, next.channelIndex, now));
          save(entry, { next_at: null });
          continue;
        }
        dirty.delete(id);
        const gaveUp = next.do === 'wait' ? next.unreachable : next.outcome === 'failed' || next.outcome === 'unknown';
        if (gaveUp && entry.row.unreachable === 0) {
          if (entry.row.person !== null) unreachable.push({ alarm: entry.row.alarm as AlarmId, person: entry.row.person as PersonId });
          else lines.push(line(entry, 'unreachable', now, {}));
        }
        const flag = gaveUp ? 1 : entry.row.unreachable;
        if (next.do === 'done') save(entry, { state: 'done', outcome: next.outcome, next_at: null, unreachable: flag });
        else save(entry, { next_at: next.until, unreachable: flag });
      }
      return { deliveries, unreachable, lines };
    },
  };
};
export type Outbox = ReturnType<typeof createOutbox>;
