/** The first shape of the store. See gateway/store/schema.ts for what each column means. */
export const first = {
  version: 1,
  sql: `
CREATE TABLE district (id TEXT PRIMARY KEY, body TEXT NOT NULL, version INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE TABLE provider (id TEXT PRIMARY KEY, district TEXT NOT NULL REFERENCES district (id), body TEXT NOT NULL, version INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE INDEX provider_district ON provider (district);
CREATE TABLE home (id TEXT PRIMARY KEY, provider TEXT NOT NULL REFERENCES provider (id), body TEXT NOT NULL, version INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE INDEX home_provider ON home (provider);
CREATE TABLE bed (id TEXT PRIMARY KEY, home TEXT NOT NULL REFERENCES home (id), body TEXT NOT NULL, version INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE INDEX bed_home ON bed (home);
CREATE TABLE profile (id TEXT PRIMARY KEY, body TEXT NOT NULL, version INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE TABLE resident (id TEXT PRIMARY KEY, bed TEXT NOT NULL UNIQUE REFERENCES bed (id), body TEXT NOT NULL, version INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE TABLE device (
  id TEXT PRIMARY KEY, home TEXT NOT NULL REFERENCES home (id), bed TEXT REFERENCES bed (id), hub TEXT REFERENCES device (id), model TEXT NOT NULL,
  secret_hash BLOB, body TEXT NOT NULL, version INTEGER NOT NULL, updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX device_home ON device (home);
CREATE INDEX device_bed ON device (bed) WHERE bed IS NOT NULL;
CREATE INDEX device_hub ON device (hub) WHERE hub IS NOT NULL;
CREATE TABLE person (id TEXT PRIMARY KEY, body TEXT NOT NULL, version INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE TABLE contact (id TEXT PRIMARY KEY, home TEXT NOT NULL REFERENCES home (id), person TEXT NOT NULL REFERENCES person (id), body TEXT NOT NULL, version INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE INDEX contact_home ON contact (home);
CREATE INDEX contact_person ON contact (person);
CREATE TABLE roster (id TEXT PRIMARY KEY, body TEXT NOT NULL, version INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE TABLE policy (id TEXT PRIMARY KEY, body TEXT NOT NULL, version INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;

CREATE TABLE reading (
  seq INTEGER PRIMARY KEY, device TEXT NOT NULL, home TEXT, bed TEXT, received_at INTEGER NOT NULL, device_at INTEGER, event_id TEXT, facts TEXT NOT NULL
) STRICT;
CREATE TABLE telemetry (device TEXT NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, bed TEXT, facts TEXT NOT NULL, PRIMARY KEY (device, at, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE telemetry_bed (bed TEXT NOT NULL, device TEXT NOT NULL, PRIMARY KEY (bed, device)) STRICT, WITHOUT ROWID;
CREATE TABLE rule_state (rule TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL, wake_at INTEGER, PRIMARY KEY (rule, subject)) STRICT, WITHOUT ROWID;
CREATE TABLE call_seen (device TEXT NOT NULL, event_id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (device, event_id)) STRICT, WITHOUT ROWID;
CREATE INDEX call_seen_at ON call_seen (at);

CREATE TABLE alarm (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, case_id TEXT NOT NULL, rule TEXT NOT NULL, priority TEXT NOT NULL, home TEXT NOT NULL, bed TEXT, device TEXT,
  state TEXT NOT NULL, stage TEXT NOT NULL, raised_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, closed_at INTEGER, due_at INTEGER, body TEXT NOT NULL
) STRICT;
CREATE INDEX alarm_open ON alarm (seq) WHERE closed_at IS NULL;
CREATE INDEX alarm_home ON alarm (home, raised_at);
CREATE INDEX alarm_case ON alarm (case_id);
CREATE TABLE alarm_event (
  seq INTEGER PRIMARY KEY, alarm TEXT NOT NULL REFERENCES alarm (id), home TEXT NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, by TEXT NOT NULL, late_ms INTEGER NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE INDEX alarm_event_alarm ON alarm_event (alarm, seq);
CREATE TRIGGER alarm_event_is_append_only_update BEFORE UPDATE ON alarm_event BEGIN SELECT RAISE(ABORT, 'alarm_event is append-only'); END;
CREATE TRIGGER alarm_event_is_append_only_delete BEFORE DELETE ON alarm_event BEGIN SELECT RAISE(ABORT, 'alarm_event is append-only'); END;

CREATE TABLE notification (
  id INTEGER PRIMARY KEY, alarm TEXT NOT NULL REFERENCES alarm (id), home TEXT NOT NULL, person TEXT, webhook TEXT, purpose TEXT NOT NULL, channels TEXT NOT NULL, language TEXT NOT NULL,
  role TEXT NOT NULL, subject TEXT NOT NULL, link INTEGER, state TEXT NOT NULL, outcome TEXT, created_at INTEGER NOT NULL, next_at INTEGER, unreachable INTEGER NOT NULL
) STRICT;
CREATE INDEX notification_open ON notification (id) WHERE state = 'open';
CREATE INDEX notification_alarm ON notification (alarm);
CREATE TABLE attempt (
  notification INTEGER NOT NULL REFERENCES notification (id), channel_index INTEGER NOT NULL, channel TEXT NOT NULL, key TEXT NOT NULL UNIQUE, state TEXT NOT NULL, tries INTEGER NOT NULL,
  started_at INTEGER NOT NULL, finished_at INTEGER, provider_id TEXT, code TEXT, detail TEXT, retry_at INTEGER, retry INTEGER NOT NULL, receipt_expected INTEGER NOT NULL, PRIMARY KEY (notification, channel_index)
) STRICT, WITHOUT ROWID;
CREATE TABLE link (seq INTEGER PRIMARY KEY, alarm TEXT NOT NULL REFERENCES alarm (id), person TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, opened_at INTEGER) STRICT;
CREATE UNIQUE INDEX link_alarm_person ON link (alarm, person);

CREATE TABLE rejection (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, device TEXT NOT NULL, home TEXT, topic TEXT NOT NULL, payload BLOB NOT NULL, code TEXT NOT NULL, where_ TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE INDEX rejection_device ON rejection (device, seq);
CREATE TABLE token (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, role TEXT NOT NULL, scope TEXT NOT NULL, person TEXT, created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER
) STRICT;
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, person TEXT, action TEXT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL, home TEXT, detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_home ON audit (home, seq);
CREATE TABLE idempotency (actor TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, response TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (actor, key)) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);
CREATE TABLE cursor (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
CREATE TABLE run (seq INTEGER PRIMARY KEY, started_at INTEGER NOT NULL, alive_at INTEGER NOT NULL, stopped_at INTEGER) STRICT;
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
`,
} as const;
