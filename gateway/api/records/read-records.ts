import { type RawBuilder, sql } from 'kysely';
import type { AccessRole, Scope } from '../../../domain/scope.ts';
import type { Reader } from '../../store/reader.ts';
import { scoped } from '../scoped.ts';
import type { RecordDefinition } from './definition.ts';

/** A record as it is kept. */
export interface KeptRecord {
  readonly id: string;
  readonly version: number;
  readonly updatedAt: number;
  readonly body: { readonly id: string } & Readonly<Record<string, unknown>>;
  /** The home it belongs to, when its table says so or it is one. */
  readonly home: string | null;
}

interface Row {
  id: string;
  body: string;
  version: number;
  updated_at: number;
  home: string | null;
}

const homeColumn = (definition: RecordDefinition): RawBuilder<unknown> => {
  if (definition.record === 'home') return sql`r.id`;
  if (definition.scope?.column === 'r.home') return sql`r.home`;
  if (definition.record === 'resident') return sql`(SELECT b.home FROM bed b WHERE b.id = r.bed)`;
  return sql`NULL`;
};

const insideScope = (definition: RecordDefinition, scope: Scope): RawBuilder<boolean> =>
  definition.scope === null ? sql<boolean>`1 = 1` : scoped(scope, definition.scope.by, definition.scope.column);

const read = (definition: RecordDefinition, row: Row): KeptRecord => ({
  id: row.id,
  version: row.version,
  updatedAt: row.updated_at,
  body: definition.schema.parse(JSON.parse(row.body)),
  home: row.home,
});

const select = async (
  reader: Reader,
  definition: RecordDefinition,
  conditions: readonly RawBuilder<unknown>[],
  limit: number,
): Promise<KeptRecord[]> => {
  const query = sql<Row>`SELECT r.id, r.body, r.version, r.updated_at, ${homeColumn(definition)} AS home FROM ${sql.table(definition.record)} r
    WHERE ${sql.join(conditions, sql` AND `)} ORDER BY r.id LIMIT ${limit}`;
  const { rows } = await query.execute(reader);
  return rows.map((row) => read(definition, row));
};

/** The record of that id inside the scope, or null: what lies outside does not exist for the caller. */
export const findRecord = async (reader: Reader, definition: RecordDefinition, scope: Scope, id: string): Promise<KeptRecord | null> =>
  (await select(reader, definition, [insideScope(definition, scope), sql`r.id = ${id}`], 1))[0] ?? null;

export interface RecordFilter {
  /** By columns of {@link RecordDefinition.parents}. */
  readonly parents: Readonly<Record<string, string | undefined>>;
  /** Part of the name. */
  readonly q: string | undefined;
  readonly after: string | null;
  readonly limit: number;
}

/** Records inside the scope in the order of their ids. */
export const listRecords = (reader: Reader, definition: RecordDefinition, scope: Scope, filter: RecordFilter): Promise<KeptRecord[]> => {
  const conditions: RawBuilder<unknown>[] = [insideScope(definition, scope)];
  for (const { column } of definition.parents) {
    const value = filter.parents[column];
    if (value !== undefined) conditions.push(sql`${sql.ref(`r.${column}`)} = ${value}`);
  }
  if (filter.q !== undefined) {
    const pattern = `%${filter.q.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    conditions.push(sql`json_extract(r.body, '$.name') LIKE ${pattern} ESCAPE '\\'`);
  }
  if (filter.after !== null) conditions.push(sql`r.id > ${filter.after}`);
  return select(reader, definition, conditions, filter.limit);
};

/** Whether there is such a record, whatever the caller may see. */
export const recordExists = async (reader: Reader, definition: RecordDefinition, id: string): Promise<boolean> =>
  (await sql<{ n: number }>`SELECT 1 AS n FROM ${sql.table(definition.record)} WHERE id = ${id}`.execute(reader)).rows.length > 0;

/** Which of these ids exist and lie inside the scope. */
export const visibleIds = async (
  reader: Reader,
  definition: RecordDefinition,
  scope: Scope,
  ids: readonly string[],
): Promise<Set<string>> => {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`SELECT r.id FROM ${sql.table(definition.record)} r
    WHERE r.id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND ${insideScope(definition, scope)}`.execute(reader);
  return new Set(rows.map((row) => row.id));
};

/** The record as this role sees it: withheld fields are empty. */
export const asSeenBy = (definition: RecordDefinition, role: AccessRole, body: KeptRecord['body']): KeptRecord['body'] => {
  if (definition.withheld === undefined || definition.withheld.seenBy.includes(role)) return body;
  const emptied = Object.fromEntries(definition.withheld.fields.map((field) => [field, '']));
  return { ...body, ...emptied };
};
