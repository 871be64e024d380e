import type { ColumnType, Generated } from 'kysely';

/** JSON text in the store; read through the zod schema of what it holds. */
type Json = string;
/** Epoch milliseconds. */
type Time = number;

/** A record people edit: ids and parents as columns to join by, everything else (and the ids again) in `body`. */
interface RecordTable {
  id: string;
  body: Json;
  /** Grows by one with every change; what If-Match compares. */
  version: number;
  updated_at: Time;
}

export interface DistrictTable extends RecordTable {}
export interface ProviderTable extends RecordTable {
  district: string;
}
export interface HomeTable extends RecordTable {
  provider: string;
}
export interface BedTable extends RecordTable {
  home: string;
}
export interface ResidentTable extends RecordTable {
  bed: string;
}
export interface DeviceTable extends RecordTable {
  home: string;
  bed: string | null;
  hub: string | null;
  model: string;
  /** SHA-256 of the secret; null for a hub's child, which never signs in. */
  secret_hash: Uint8Array | null;
}
export interface PersonTable extends RecordTable {}
export interface ContactTable extends RecordTable {
  home: string;
  person: string;
}
export interface RosterTable extends RecordTable {}
export interface PolicyTable extends RecordTable {}
export interface ProfileTable extends RecordTable {}

/** The journal: every message the gateway acknowledged, in the order of the commits. */
export interface ReadingTable {
  seq: Generated<number>;
  device: string;
  home: string | null;
  bed: string | null;
  received_at: Time;
  device_at: Time | null;
  event_id: string | null;
  facts: Json;
}

/** Readings by device and time, for the embedded telemetry store. */
export interface TelemetryTable {
  device: string;
  at: Time;
  seq: number;
  bed: string | null;
  facts: Json;
}

/**
 * Which devices ever spoke for a bed, so that a bed's history is found by its devices' keys instead of by a second index as large as the
 * readings. Derived from `telemetry`; about as many rows as devices.
 */
export interface TelemetryBedTable {
  bed: string;
  device: string;
}

export interface RuleStateTable {
  rule: string;
  /** Bed or device id, after the rule's subject. */
  subject: string;
  state: Json;
  wake_at: Time | null;
}

/** Event ids of calls that were taken, so that a re-sent press is the same press after a restart too. */
export interface CallSeenTable {
  device: string;
  event_id: string;
  at: Time;
}

export interface AlarmTable {
  /** The number in `alarm-<seq>`. */
  seq: number;
  id: string;
  case_id: string;
  rule: string;
  priority: string;
  home: string;
  bed: string | null;
  device: string | null;
  state: string;
  stage: string;
  raised_at: Time;
  updated_at: Time;
  closed_at: Time | null;
  due_at: Time | null;
  body: Json;
}

export interface AlarmEventTable {
  /** The live stream's id: resume after it. */
  seq: number;
  alarm: string;
  home: string;
  at: Time;
  type: string;
  by: Json;
  late_ms: number;
  data: Json;
}

/** The outbox. Written in the alarm's own commit. */
export interface NotificationTable {
  id: number;
  alarm: string;
  home: string;
  person: string | null;
  webhook: string | null;
  purpose: string;
  /** The channels to try, in order, as they were when it was written. */
  channels: Json;
  language: string;
  role: string;
  subject: Json;
  link: number | null;
  /** open · done */
  state: 'open' | 'done';
  /** accepted · delivered · failed · unknown · cancelled, once done. */
  outcome: string | null;
  created_at: Time;
  next_at: Time | null;
  /** The escalation has been told that this person could not be reached. */
  unreachable: number;
}

export interface AttemptTable {
  notification: number;
  /** Index into the notification's channels: at most one row, so at most one copy, a channel. */
  channel_index: number;
  channel: string;
  key: string;
  /** `queued`: waits for its place, nothing of it has left; then as in domain/notification.ts. */
  state: string;
  tries: number;
  started_at: Time;
  finished_at: Time | null;
  provider_id: string | null;
  code: string | null;
  detail: string | null;
  retry_at: Time | null;
  /** 1: failed, and may be tried again on the same channel. */
  retry: number;
  /** 1: accepted, and a receipt is still to come. */
  receipt_expected: number;
}

/** A link in a message: one alarm, one person, until it expires. */
export interface LinkTable {
  seq: number;
  alarm: string;
  person: string;
  created_at: Time;
  expires_at: Time;
  opened_at: Time | null;
}

export interface RejectionTable {
  seq: Generated<number>;
  at: Time;
  device: string;
  home: string | null;
  topic: string;
  payload: Uint8Array;
  code: string;
  where_: string;
  detail: string;
}

export interface TokenTable {
  id: string;
  name: string;
  /** SHA-256 of the secret part. */
  hash: Uint8Array;
  role: string;
  scope: Json;
  person: string | null;
  created_at: Time;
  expires_at: Time | null;
  revoked_at: Time | null;
}

export interface AuditTable {
  seq: Generated<number>;
  at: Time;
  /** Token id, `link:<seq>`, or `gateway`. */
  actor: string;
  person: string | null;
  action: string;
  entity: string;
  entity_id: string;
  home: string | null;
  detail: Json;
}

export interface IdempotencyTable {
  actor: string;
  key: string;
  /** SHA-256 of method, path and body: the same key with another request is refused. */
  request: string;
  response: Json;
  at: Time;
}

export interface CursorTable {
  name: string;
  position: number;
}

export interface RunTable {
  seq: Generated<number>;
  started_at: Time;
  /** The last second in which the process was known to listen. */
  alive_at: Time;
  stopped_at: Time | null;
}

export interface CounterTable {
  name: string;
  value: ColumnType<number, number, number>;
}

/** A child that a hub has spoken of and nobody has placed. */
export interface WaitingDeviceTable {
  hub: string;
  /** What the hub calls it. */
  name: string;
  /** What it says it is. */
  says: string | null;
  /** The device model that is sold under its code. */
  model: string | null;
  /** The kind of its last message. */
  heard: string;
  first_seen: Time;
  last_seen: Time;
  /** When it last called for help. */
  called_at: Time | null;
}

/** What a profile in shadow would have raised. */
export interface ShadowAlarmTable {
  seq: Generated<number>;
  home: string;
  /** Counts a home's shadow alarms. */
  number: number;
  bed: string;
  device: string | null;
  profile: string;
  rule: string;
  raised_at: Time;
  /** The alarm as a replay notes it. */
  body: Json;
}

/** Where the shadow rules of a home stand. */
export interface ShadowHomeTable {
  home: string;
  /** The profile in shadow of each bed. */
  profiles: Json;
  /** The row of the journal up to which they have heard. */
  position: number;
  state: Json;
}

/** One version of a record whose history is kept ({@link recordsWithHistory}). */
export interface RecordVersionTable {
  seq: Generated<number>;
  record: string;
  id: string;
  version: number;
  /** Null: this version is its deletion. */
  body: Json | null;
  at: Time;
  actor: string;
  person: string | null;
  /** What the one who changed it gave as the reason. */
  why: string | null;
}

/** Every table of the store, typed for kysely. */
export interface Database {
  district: DistrictTable;
  provider: ProviderTable;
  home: HomeTable;
  bed: BedTable;
  resident: ResidentTable;
  device: DeviceTable;
  person: PersonTable;
  contact: ContactTable;
  roster: RosterTable;
  policy: PolicyTable;
  profile: ProfileTable;
  reading: ReadingTable;
  telemetry: TelemetryTable;
  telemetry_bed: TelemetryBedTable;
  rule_state: RuleStateTable;
  call_seen: CallSeenTable;
  alarm: AlarmTable;
  alarm_event: AlarmEventTable;
  notification: NotificationTable;
  attempt: AttemptTable;
  link: LinkTable;
  rejection: RejectionTable;
  shadow_alarm: ShadowAlarmTable;
  shadow_home: ShadowHomeTable;
  token: TokenTable;
  audit: AuditTable;
  idempotency: IdempotencyTable;
  cursor: CursorTable;
  run: RunTable;
  counter: CounterTable;
  waiting_device: WaitingDeviceTable;
  record_version: RecordVersionTable;
}

/** The records people edit, by the name of their table. */
export const recordNames = [
  'district',
  'provider',
  'home',
  'bed',
  'resident',
  'device',
  'person',
  'contact',
  'roster',
  'policy',
  'profile',
] as const;
export type RecordName = (typeof recordNames)[number];

/** Records of which every version is kept: they decide what calls, for whom, and who is told. */
export const recordsWithHistory = ['profile', 'resident', 'policy', 'roster'] as const satisfies readonly RecordName[];
export const keepsHistory = (record: RecordName): boolean => (recordsWithHistory as readonly RecordName[]).includes(record);
