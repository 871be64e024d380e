import type Database from 'better-sqlite3';
import type { Instant } from '../../domain/instant.ts';
import type { CareNumbersOverride } from '../../domain/care-profile.ts';
import { type RecordName, recordNames } from '../store/schema.ts';
import type { RecordRow } from './command.ts';

/** Which columns of a record name other records, and which record they name. */
const parents: { readonly [Name in RecordName]: readonly { readonly field: string; readonly record: RecordName }[] } = {
  district: [],
  provider: [{ field: 'district', record: 'district' }],
  home: [{ field: 'provider', record: 'provider' }],
  bed: [{ field: 'home', record: 'home' }],
  resident: [
    { field: 'bed', record: 'bed' },
    { field: 'profile', record: 'profile' },
    { field: 'shadowProfile', record: 'profile' },
  ],
  device: [
    { field: 'home', record: 'home' },
    { field: 'bed', record: 'bed' },
    { field: 'hub', record: 'device' },
  ],
  person: [],
  contact: [
    { field: 'home', record: 'home' },
    { field: 'person', record: 'person' },
  ],
  roster: [],
  policy: [],
  profile: [],
};

/** Columns of each record's table that are taken from its body, beside id, body, version and updated_at. */
const columnsOf: { readonly [Name in RecordName]: readonly string[] } = {
  district: [],
  provider: ['district'],
  home: ['provider'],
  bed: ['home'],
  resident: ['bed'],
  device: ['home', 'bed', 'hub', 'model'],
  person: [],
  contact: ['home', 'person'],
  roster: [],
  policy: [],
  profile: [],
};

/** Statements for the records people edit. All run inside a transaction of the caller's. */
export const createRecordRows = (db: Database.Database) => {
  const statements = new Map(
    recordNames.map((name) => {
      const columns = ['id', 'body', 'version', 'updated_at', ...columnsOf[name]];
      const updates = columns.slice(1).map((column) => `${column} = excluded.${column}`);
      const values = columns.map((column) => `@${column}`);
      return [
        name,
        {
          version: db.prepare<[string], { version: number }>(`SELECT version FROM ${name} WHERE id = ?`),
          put: db.prepare(
            `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${values.join(', ')}) ON CONFLICT (id) DO UPDATE SET ${updates.join(', ')}`,
          ),
          remove: db.prepare(`DELETE FROM ${name} WHERE id = ?`),
        },
      ] as const;
    }),
  );
  const of = (name: RecordName) => {
    const found = statements.get(name);
    if (found === undefined) throw new RangeError(`${name} is no record`);
    return found;
  };
  const setSecret = db.prepare('UPDATE device SET secret_hash = ? WHERE id = ?');
  const homeOfBed = db.prepare<[string], { home: string }>('SELECT home FROM bed WHERE id = ?');
  const residentOfBed = db.prepare<[string], { id: string }>('SELECT id FROM resident WHERE bed = ?');
  const strangersInBed = db.prepare<[string, string], { id: string }>('SELECT id FROM device WHERE bed = ? AND home <> ? LIMIT 1');
  const siblings = db.prepare<[string], { id: string; body: string }>('SELECT id, body FROM device WHERE hub = ?');
  const profile = db.prepare<[string], { body: string }>('SELECT body FROM profile WHERE id = ?');
  const residents = db.prepare<[string], { body: string }>("SELECT body FROM resident WHERE json_extract(body, '$.profile') = ?");

  return {
    version: (name: RecordName, id: string): number | null => of(name).version.get(id)?.version ?? null,
    put(row: RecordRow, version: number, now: Instant): number {
      const body = row.body as Record<string, unknown> & { id: string };
      const columns = Object.fromEntries(columnsOf[row.record].map((column) => [column, body[column] ?? null]));
      of(row.record).put.run({ id: body.id, body: JSON.stringify(body), version, updated_at: now, ...columns });
      if (row.record === 'device' && row.secretHash !== undefined) setSecret.run(row.secretHash, body.id);
      return version;
    },
    remove(name: RecordName, id: string): void {
      of(name).remove.run(id);
    },
    /** The first record it names that does not exist. */
    missingParent(row: RecordRow): { field: string; id: string } | null {
      const body = row.body as Record<string, unknown>;
      for (const { field, record } of parents[row.record]) {
        const id = body[field];
        if (typeof id === 'string' && this.version(record, id) === null) return { field, id };
      }
      return null;
    },
    /** Why it cannot stand beside the others, though each thing it names exists; null when it can. */
    clash(row: RecordRow): string | null {
      const body = row.body as { id: string; home?: string; bed?: string | null; hub?: string | null; hubName?: string | null };
      if (row.record === 'resident' && typeof body.bed === 'string') {
        const other = residentOfBed.get(body.bed)?.id;
        if (other !== undefined && other !== body.id) return `bed ${body.bed} already has a resident (${other}): move that one out first`;
      }
      if (row.record === 'bed') {
        const stranger = strangersInBed.get(body.id, body.home ?? '')?.id;
        if (stranger !== undefined) return `device ${stranger} stands at this bed and calls for another home: take it out first`;
      }
      if (row.record !== 'device') return null;
      if (typeof body.bed === 'string' && homeOfBed.get(body.bed)?.home !== body.home)
        return `bed ${body.bed} is in another home than ${body.home}`;
      if (body.hub === body.id) return 'a device cannot be its own hub';
      if (typeof body.hub === 'string') {
        const names = new Set([body.id, body.hubName ?? body.id]);
        for (const sibling of siblings.iterate(body.hub)) {
          const hubName = (JSON.parse(sibling.body) as { hubName: string | null }).hubName;
          if (sibling.id !== body.id && (names.has(sibling.id) || (hubName !== null && names.has(hubName)))) {
            return `hub ${body.hub} already calls another device (${sibling.id}) so: give it another hubName`;
          }
        }
      }
      return null;
    },
    /** A record that names this one, as `bed b1`; null when none does. */
    child(name: RecordName, id: string): string | null {
      for (const child of recordNames) {
        for (const { field, record } of parents[child]) {
          if (record !== name) continue;
          const column = columnsOf[child].includes(field) ? field : `json_extract(body, '$.${field}')`;
          const found = db.prepare<[string], { id: string }>(`SELECT id FROM ${child} WHERE ${column} = ? LIMIT 1`).get(id);
          if (found !== undefined) return `${child} ${found.id}`;
        }
      }
      return null;
    },
    /** The numbers a profile changes; none when there is no such profile. */
    numbersOfProfile: (id: string): CareNumbersOverride =>
      (JSON.parse(profile.get(id)?.body ?? '{}') as { numbers?: CareNumbersOverride }).numbers ?? {},
    residentsOf: (profile: string): { id: string; numbers: CareNumbersOverride }[] =>
      residents.all(profile).map((row) => JSON.parse(row.body) as { id: string; numbers: CareNumbersOverride }),
  };
};
