import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** Read-only queries, answered on a thread of their own: a long look at history holds up neither a socket nor a commit. */
export type Reader = Kysely<Database>;
