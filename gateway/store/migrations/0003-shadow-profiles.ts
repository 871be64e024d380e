/** What profiles in shadow would have raised, and where their rules stand. */
export const shadowProfiles = {
  version: 3,
  sql: `
CREATE TABLE shadow_alarm (
  seq INTEGER PRIMARY KEY, home TEXT NOT NULL, number INTEGER NOT NULL, bed TEXT NOT NULL, device TEXT, profile TEXT NOT NULL, rule TEXT NOT NULL,
  raised_at INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (home, number)
) STRICT;
CREATE INDEX shadow_alarm_bed ON shadow_alarm (bed, raised_at);
CREATE INDEX shadow_alarm_raised ON shadow_alarm (raised_at);
CREATE TABLE shadow_home (home TEXT PRIMARY KEY, profiles TEXT NOT NULL, position INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
`,
} as const;
