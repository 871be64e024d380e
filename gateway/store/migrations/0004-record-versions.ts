/** Every version of what decides whom is called for and who is told: who changed it, when and why. See RecordVersionTable in schema.ts. */
export const recordVersions = {
  version: 4,
  sql: `
CREATE TABLE record_version (
  seq INTEGER PRIMARY KEY, record TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT, at INTEGER NOT NULL, actor TEXT NOT NULL, person TEXT,
  why TEXT
) STRICT;
CREATE INDEX record_version_of ON record_version (record, id, seq);
INSERT INTO record_version (record, id, version, body, at, actor, person, why) SELECT 'profile', id, version, body, updated_at, 'gateway', NULL, NULL FROM profile;
INSERT INTO record_version (record, id, version, body, at, actor, person, why) SELECT 'resident', id, version, body, updated_at, 'gateway', NULL, NULL FROM resident;
INSERT INTO record_version (record, id, version, body, at, actor, person, why) SELECT 'policy', id, version, body, updated_at, 'gateway', NULL, NULL FROM policy;
INSERT INTO record_version (record, id, version, body, at, actor, person, why) SELECT 'roster', id, version, body, updated_at, 'gateway', NULL, NULL FROM roster;
`,
} as const;
