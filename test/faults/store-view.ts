import { z } from 'zod';
import { type Alarm, type AlarmEvent, alarmEventSchema, alarmSchema } from '../../domain/alarm.ts';
import { type ChannelAddress, channelAddressSchema } from '../../domain/people.ts';
import { type Facts, factsSchema } from '../../domain/reading.ts';
import { openForReading } from '../../gateway/store/open-store.ts';

export interface KeptReading {
  readonly device: string;
  readonly bed: string | null;
  readonly receivedAt: number;
  readonly eventId: string | null;
  readonly facts: Facts;
}

export interface KeptNotification {
  readonly id: number;
  readonly alarm: string;
  readonly person: string | null;
  readonly purpose: string;
  readonly channels: readonly ChannelAddress[];
  readonly state: 'open' | 'done';
  readonly outcome: string | null;
  readonly createdAt: number;
  readonly nextAt: number | null;
}

export interface KeptAttempt {
  readonly notification: number;
  readonly channelIndex: number;
  readonly channel: string;
  readonly key: string;
  readonly state: string;
  readonly receiptExpected: boolean;
}

/** All that the store holds of a round, read anew beside the running gateway. */
export interface StoreView {
  readonly readings: readonly KeptReading[];
  readonly alarms: readonly { readonly alarm: Alarm; readonly log: readonly AlarmEvent[] }[];
  readonly notifications: readonly KeptNotification[];
  readonly attempts: readonly KeptAttempt[];
  readonly runs: readonly { readonly startedAt: number; readonly stoppedAt: number | null }[];
  /** What SQLite itself finds wrong with the file. */
  readonly damage: readonly string[];
}

const parse = <T>(schema: z.ZodType<T>, text: string): T => schema.parse(JSON.parse(text));

/** Reads the store of a gateway that may be running. */
export const readStore = (path: string): StoreView => {
  const db = openForReading(path);
  const all = <Row>(sql: string): Row[] => db.prepare<[], Row>(sql).all();
  try {
    const logs = Map.groupBy(
      all<{ alarm: string; at: number; type: string; by: string; late_ms: number; data: string }>('SELECT * FROM alarm_event ORDER BY seq'),
      ({ alarm }) => alarm,
    );
    const eventOf = (row: { at: number; type: string; by: string; late_ms: number; data: string }): AlarmEvent =>
      alarmEventSchema.parse({
        type: row.type,
        at: row.at,
        by: JSON.parse(row.by) as unknown,
        lateMs: row.late_ms,
        data: JSON.parse(row.data) as unknown,
      });
    const integrity = String(db.pragma('integrity_check', { simple: true }));
    return {
      readings: all<{ device: string; bed: string | null; received_at: number; event_id: string | null; facts: string }>(
        'SELECT device, bed, received_at, event_id, facts FROM reading ORDER BY seq',
      ).map((row) => ({
        device: row.device,
        bed: row.bed,
        receivedAt: row.received_at,
        eventId: row.event_id,
        facts: parse(factsSchema, row.facts) as Facts,
      })),
      alarms: all<{ id: string; body: string }>('SELECT id, body FROM alarm ORDER BY seq').map(({ id, body }) => ({
        alarm: parse(alarmSchema, body),
        log: (logs.get(id) ?? []).map(eventOf),
      })),
      notifications: all<{
        id: number;
        alarm: string;
        person: string | null;
        purpose: string;
        channels: string;
        state: 'open' | 'done';
        outcome: string | null;
        created_at: number;
        next_at: number | null;
      }>('SELECT id, alarm, person, purpose, channels, state, outcome, created_at, next_at FROM notification ORDER BY id').map((row) => ({
        id: row.id,
        alarm: row.alarm,
        person: row.person,
        purpose: row.purpose,
        channels: parse(channelAddressSchema.array(), row.channels),
        state: row.state,
        outcome: row.outcome,
        createdAt: row.created_at,
        nextAt: row.next_at,
      })),
      attempts: all<{ notification: number; channel_index: number; channel: string; key: string; state: string; receipt_expected: number }>(
        'SELECT notification, channel_index, channel, key, state, receipt_expected FROM attempt',
      ).map((row) => ({
        notification: row.notification,
        channelIndex: row.channel_index,
        channel: row.channel,
        key: row.key,
        state: row.state,
        receiptExpected: row.receipt_expected === 1,
      })),
      runs: all<{ started_at: number; stopped_at: number | null }>('SELECT started_at, stopped_at FROM run ORDER BY seq').map((row) => ({
        startedAt: row.started_at,
        stoppedAt: row.stopped_at,
      })),
      damage: [
        ...(integrity === 'ok' ? [] : [integrity]),
        ...(db.pragma('foreign_key_check') as unknown[]).map((row) => JSON.stringify(row)),
      ],
    };
  } finally {
    db.close();
  }
};
