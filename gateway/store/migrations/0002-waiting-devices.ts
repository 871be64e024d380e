/** Children that hubs have spoken of and nobody has placed. */
export const waitingDevices = {
  version: 2,
  sql: `
CREATE TABLE waiting_device (
  hub TEXT NOT NULL, name TEXT NOT NULL, says TEXT, model TEXT, heard TEXT NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, called_at INTEGER, PRIMARY KEY (hub, name)
) STRICT, WITHOUT ROWID;
`,
} as const;
