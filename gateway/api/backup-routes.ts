import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { principalOf } from './authenticate.ts';
import type { Api, ApiParts } from './parts.ts';
import { notFound, problemAnswers } from './problem.ts';

const nameSchema = z.string().regex(/^carebed-[0-9TZ-]{10,40}\.db$/);
const backupSchema = z.strictObject({ name: nameSchema, bytes: z.number().int(), madeAt: z.number().int() });

/** Backups: made online into the data folder, then fetched. */
export const backupRoutes = (app: Api, { keeper, clock, settings }: ApiParts): void => {
  const describe = async (name: string): Promise<z.infer<typeof backupSchema> | null> => {
    try {
      const { size, mtimeMs } = await stat(join(settings.backupFolder, name));
      return { name, bytes: size, madeAt: Math.floor(mtimeMs) };
    } catch {
      return null;
    }
  };
  const audit = async (
    token: string,
    person: Parameters<typeof keeper.execute>[1]['person'],
    action: string,
    name: string,
  ): Promise<void> => {
    const entry = { action, entity: 'backup', entityId: name, home: null, detail: {} };
    await keeper.execute({ type: 'audit-views' }, { actor: token, person, audit: [entry], idempotency: null });
  };

  app.route({
    method: 'POST',
    url: '/api/backups',
    config: { permission: 'backup.write' },
    schema: { tags: ['backups'], summary: 'Make a backup while the gateway runs', response: { 201: backupSchema, ...problemAnswers } },
    handler: async (request, reply) => {
      const { token, person } = principalOf(request);
      await mkdir(settings.backupFolder, { recursive: true, mode: 0o700 });
      const name = `carebed-${new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-')}.db`;
      await audit(token, person, 'create', name);
      await keeper.backup(join(settings.backupFolder, name));
      const made = await describe(name);
      if (made === null) throw notFound();
      return reply.code(201).send(made);
    },
  });

  app.route({
    method: 'GET',
    url: '/api/backups',
    config: { permission: 'backup.write' },
    schema: {
      tags: ['backups'],
      summary: 'List backups, newest first',
      response: { 200: z.strictObject({ items: z.array(backupSchema) }), ...problemAnswers },
    },
    handler: async () => {
      const names = await readdir(settings.backupFolder).catch(() => []);
      const found = await Promise.all(names.filter((name) => nameSchema.safeParse(name).success).map(describe));
      return { items: found.filter((backup) => backup !== null).toSorted((a, b) => b.madeAt - a.madeAt) };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/backups/:name',
    config: { permission: 'backup.write' },
    schema: {
      tags: ['backups'],
      summary: 'Fetch a backup: a SQLite file with everything in it',
      params: z.object({ name: nameSchema }),
      response: {
        200: { description: 'The SQLite file', content: { 'application/vnd.sqlite3': { schema: z.unknown() } } },
        ...problemAnswers,
      },
    },
    handler: async (request, reply) => {
      const { token, person } = principalOf(request);
      const { name } = request.params;
      const known = await describe(name);
      if (known === null) throw notFound();
      await audit(token, person, 'fetch', name);
      reply.header('content-length', String(known.bytes)).header('cache-control', 'no-store').type('application/vnd.sqlite3');
      return reply.send(createReadStream(join(settings.backupFolder, name)));
    },
  });
};
