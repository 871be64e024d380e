import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { z } from 'zod';
import { CliFailure, exitCodes } from '../exit.ts';
import type { Session } from '../session.ts';

const pageSchema = z.object({
  items: z.array(z.object({ version: z.number(), updatedAt: z.number(), body: z.looseObject({ id: z.string() }) })),
  next: z.string().nullable(),
});
const historySchema = z.object({
  versions: z.array(
    z.looseObject({ version: z.number(), at: z.number(), actor: z.string(), person: z.string().nullable(), why: z.string().nullable() }),
  ),
});
const recordSchema = z.looseObject({ id: z.string() });

/** `carebed records list|get|put|delete KIND …`, for every kind of record under /api. */
export const recordCommands = (program: Command, session: Session): void => {
  const { words } = session;
  const records = program.command('records').description(words.help.records);
  const path = (kind: string, id?: string): string =>
    `/api/${encodeURIComponent(kind)}${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;

  records
    .command('list')
    .description(words.help.recordsList)
    .argument('<kind>')
    .option('--where <filter...>', words.help.recordsFilter)
    .action(async (kind: string, options: { where?: string[] }) => {
      const client = await session.client();
      const query = new URLSearchParams({ limit: '200' });
      for (const filter of options.where ?? []) {
        const [name = '', ...value] = filter.split('=');
        query.set(name, value.join('='));
      }
      const items: z.infer<typeof pageSchema>['items'] = [];
      for (let next: string | null = ''; next !== null; ) {
        if (next !== '') query.set('after', next);
        const page: z.infer<typeof pageSchema> = await client.call(pageSchema, 'GET', `${path(kind)}?${query.toString()}`);
        items.push(...page.items);
        next = page.next;
      }
      session.say(
        items,
        items.map(({ body }) => `${body.id}  ${typeof body['name'] === 'string' ? body['name'] : ''}`),
      );
    });

  records
    .command('get')
    .description(words.help.recordsGet)
    .argument('<kind>')
    .argument('<id>')
    .action(async (kind: string, id: string) => {
      const client = await session.client();
      const record = await client.call(recordSchema, 'GET', path(kind, id));
      session.say(record, [JSON.stringify(record, null, 2)]);
    });

  records
    .command('put')
    .description(words.help.recordsPut)
    .argument('<kind>')
    .argument('<file>')
    .option('--why <reason>', words.help.recordsWhy)
    .action(async (kind: string, file: string, options: { why?: string }) => {
      const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch(() => {
        throw new CliFailure(exitCodes.usage, 'no-file', words.noFile(file));
      });
      const body = readJson(content, file);
      const client = await session.client();
      const record = await client.call(recordSchema, 'PUT', path(kind, body.id), {
        body,
        ...(options.why === undefined ? {} : { headers: { 'change-reason': encodeURIComponent(options.why) } }),
      });
      session.say(record, [words.done]);
    });

  records
    .command('history')
    .description(words.help.recordsHistory)
    .argument('<kind>')
    .argument('<id>')
    .action(async (kind: string, id: string) => {
      const client = await session.client();
      const { versions } = await client.call(historySchema, 'GET', `${path(kind, id)}/history`);
      session.say(
        versions,
        versions.map(({ version, at, actor, person, why }) =>
          [new Date(at).toISOString(), `v${version}`, person ?? actor, why ?? ''].join('  '),
        ),
      );
    });

  const readJson = (content: string, file: string): z.infer<typeof recordSchema> => {
    try {
      return recordSchema.parse(JSON.parse(content));
    } catch {
      throw new CliFailure(exitCodes.usage, 'not-json', words.notJson(file));
    }
  };

  records
    .command('delete')
    .description(words.help.recordsDelete)
    .argument('<kind>')
    .argument('<id>')
    .action(async (kind: string, id: string) => {
      const client = await session.client();
      await client.call(z.null(), 'DELETE', path(kind, id));
      session.say({ deleted: id }, [words.done]);
    });
};
