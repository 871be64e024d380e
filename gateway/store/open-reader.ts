import { Worker } from 'node:worker_threads';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { CarebedFailure } from '../../domain/failure.ts';
import type { Reader } from './reader.ts';
import type { ReaderAnswer } from './reader-thread.ts';
import type { Database } from './schema.ts';

/**
 * Starts the reader thread on an existing store. Queries are compiled here by kysely and run there; they see every commit that came
 * before them. A failed query rejects with CarebedFailure `query-failed`.
 */
export const openReader = (path: string): { reader: Reader; close: () => Promise<void> } => {
  const worker = new Worker(new URL('./reader-thread.ts', import.meta.url), { workerData: { path } });
  const waiting = new Map<number, { resolve: (rows: readonly unknown[]) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let broken: Error | null = null;

  const failAll = (error: Error): void => {
    broken = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('message', (answer: ReaderAnswer) => {
    const asker = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) asker?.reject(new CarebedFailure('query-failed', `the store refused a query: ${answer.error}`));
    else asker?.resolve(answer.rows);
  });
  worker.on('error', failAll);
  worker.on('exit', () => failAll(new CarebedFailure('reader-stopped', 'the reader thread has stopped', { status: 503 })));

  const ask = (query: CompiledQuery): Promise<readonly unknown[]> => {
    if (broken !== null) return Promise.reject(broken);
    lastId += 1;
    const id = lastId;
    const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, sql: query.sql, parameters: query.parameters });
    return promise;
  };

  return {
    reader: new Kysely<Database>({ dialect: threadDialect(ask) }),
    close: async () => {
      const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      if (broken === null) worker.postMessage('close');
      else return;
      await ended;
    },
  };
};

/** A kysely dialect whose one connection is a question to the thread. */
const threadDialect = (ask: (query: CompiledQuery) => Promise<readonly unknown[]>): Dialect => {
  const connection: DatabaseConnection = {
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => ({ rows: (await ask(query)) as R[] }),
    async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      yield { rows: (await ask(query)) as R[] };
    },
  };
  const refuse = (): Promise<never> =>
    Promise.reject(new CarebedFailure('reader-cannot-write', 'the reader only reads; write through a command'));
  const nothing = (): Promise<void> => Promise.resolve();
  const driver: Driver = {
    init: nothing,
    acquireConnection: () => Promise.resolve(connection),
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: nothing,
    destroy: nothing,
  };
  return {
    createDriver: () => driver,
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
};
