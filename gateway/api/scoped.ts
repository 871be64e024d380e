import { type RawBuilder, sql } from 'kysely';
import type { Scope } from '../../domain/scope.ts';

/** What the ids in a column name; the scope is found from there. */
export type ScopedBy = 'district' | 'provider' | 'home' | 'bed' | 'person' | 'device' | 'alarm';

const list = (ids: readonly string[]): RawBuilder<unknown> => (ids.length === 0 ? sql`(NULL)` : sql`(${sql.join(ids)})`);

const homes = (scope: Exclude<Scope, 'all'>): RawBuilder<unknown> => sql`
  SELECT h.id FROM home h WHERE h.id IN ${list(scope.homes)} OR h.provider IN ${list(scope.providers)}
    OR h.provider IN (SELECT p.id FROM provider p WHERE p.district IN ${list(scope.districts)})`;

const condition = (scope: Exclude<Scope, 'all'>, by: ScopedBy, id: RawBuilder<unknown>): RawBuilder<unknown> => {
  switch (by) {
    case 'home':
      return sql`${id} IN (${homes(scope)})`;
    case 'bed':
      return sql`${id} IN (SELECT b.id FROM bed b WHERE b.home IN (${homes(scope)}))`;
    case 'device':
      return sql`${id} IN (SELECT d.id FROM device d WHERE d.home IN (${homes(scope)}))`;
    case 'alarm':
      return sql`${id} IN (SELECT a.id FROM alarm a WHERE a.home IN (${homes(scope)}))`;
    case 'provider':
      return sql`(${id} IN ${list(scope.providers)} OR ${id} IN (SELECT p.id FROM provider p WHERE p.district IN ${list(scope.districts)})
        OR ${id} IN (SELECT h.provider FROM home h WHERE h.id IN ${list(scope.homes)}))`;
    case 'district':
      return sql`(${id} IN ${list(scope.districts)} OR ${id} IN (SELECT p.district FROM provider p WHERE p.id IN ${list(scope.providers)}
        OR p.id IN (SELECT h.provider FROM home h WHERE h.id IN ${list(scope.homes)})))`;
    case 'person':
      // Staff are colleagues, whatever their home; others are seen through the homes they are contacts of, and somebody who is nobody's
      // contact yet can be made one.
      return sql`${id} IN (SELECT q.id FROM person q WHERE json_extract(q.body, '$.role') NOT IN ('family', 'neighbour')
        OR NOT EXISTS (SELECT 1 FROM contact c WHERE c.person = q.id)
        OR EXISTS (SELECT 1 FROM contact c WHERE c.person = q.id AND c.home IN (${homes(scope)})))`;
  }
};

/**
 * The condition that keeps a query inside a scope: the one place that knows that a home lies under a provider under a district. Every query
 * of the API that touches somebody's data has it. A null in the column (something of no home) is for the scope `all` only.
 * @param column the column that holds ids of the kind `by`, such as `alarm.home`
 */
export const scoped = (scope: Scope, by: ScopedBy, column: string): RawBuilder<boolean> =>
  scope === 'all' ? sql<boolean>`1 = 1` : sql<boolean>`${condition(scope, by, sql.ref(column))}`;
