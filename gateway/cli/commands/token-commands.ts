import { type Command, Option } from 'commander';
import { z } from 'zod';
import { accessRoles, type Scope } from '../../../domain/scope.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import type { Session } from '../session.ts';

const tokenSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  scope: z.unknown(),
  expiresAt: z.number().nullable(),
  revokedAt: z.number().nullable(),
});
const listSchema = z.object({ items: z.array(tokenSchema), next: z.string().nullable() });

/** `all`, or `district:x`, `provider:y`, `home:z` in any number. */
const scopeOf = (parts: readonly string[]): Scope | Record<string, string[]> => {
  if (parts.length === 0 || parts.includes('all')) return 'all';
  const scope: Record<string, string[]> = { districts: [], providers: [], homes: [] };
  for (const part of parts) {
    const [kind = '', id = ''] = part.split(':', 2);
    const list = scope[`${kind}s`];
    if (list === undefined) throw new CliFailure(exitCodes.usage, 'bad-scope', `${part}? all, district:ID, provider:ID, home:ID`);
    list.push(id);
  }
  return scope;
};

/** `carebed token create|list|revoke`. */
export const tokenCommands = (program: Command, session: Session): void => {
  const { words } = session;
  const token = program.command('token').description(words.help.token);

  token
    .command('create')
    .description(words.help.tokenCreate)
    .requiredOption('--name <name>')
    .addOption(new Option('--role <role>').choices([...accessRoles]).makeOptionMandatory())
    .option('--scope <scope...>', words.help.scope, [])
    .option('--person <id>', words.help.person)
    .option('--expires <time>', words.help.expires)
    .action(async (options: { name: string; role: string; scope: string[]; person?: string; expires?: string }) => {
      const expiresAt = options.expires === undefined ? null : Date.parse(options.expires);
      if (Number.isNaN(expiresAt)) throw new CliFailure(exitCodes.usage, 'bad-time', words.badExpiry);
      const body = { name: options.name, role: options.role, scope: scopeOf(options.scope), person: options.person ?? null, expiresAt };
      const client = await session.client();
      const made = await client.call(z.object({ id: z.string(), token: z.string() }), 'POST', '/api/tokens', { body });
      session.say(made, [words.tokenOnce, made.token]);
    });

  token
    .command('list')
    .description(words.help.tokenList)
    .action(async () => {
      const client = await session.client();
      const items: z.infer<typeof tokenSchema>[] = [];
      for (let next: string | null = ''; next !== null; ) {
        const page: z.infer<typeof listSchema> = await client.call(
          listSchema,
          'GET',
          `/api/tokens?limit=200${next === '' ? '' : `&after=${next}`}`,
        );
        items.push(...page.items);
        next = page.next;
      }
      session.say(
        items,
        items.map(
          ({ id, name, role, scope, revokedAt }) =>
            `${id}  ${role}  ${JSON.stringify(scope)}  ${name}${revokedAt === null ? '' : `  ${words.revoked}`}`,
        ),
      );
    });

  token
    .command('revoke')
    .description(words.help.tokenRevoke)
    .argument('<token>')
    .action(async (id: string) => {
      const client = await session.client();
      await client.call(z.null(), 'DELETE', `/api/tokens/${encodeURIComponent(id)}`);
      session.say({ revoked: id }, [words.revoked]);
    });
};
