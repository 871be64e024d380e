import { type Command, Option } from 'commander';
import { z } from 'zod';
import { type Alarm, alarmEventTypeSchema, alarmSchema, causes, outcomes } from '../../../domain/alarm.ts';
import type { Session } from '../session.ts';
import type { CliWords } from '../words.ts';
import { followCommand } from './follow-command.ts';

const listSchema = z.object({ items: z.array(alarmSchema), next: z.string().nullable(), streamPosition: z.number() });
const detailSchema = z.looseObject({
  alarm: alarmSchema,
  log: z.array(z.looseObject({ type: alarmEventTypeSchema, at: z.number(), data: z.record(z.string(), z.unknown()) })),
});
const actNames = [
  'acknowledge',
  'going',
  'decline',
  'dispatch',
  'arrive',
  'note',
  'resolve',
  'shelve',
  'unshelve',
  'take-out-of-service',
  'return-to-service',
] as const;

const line = (alarm: Alarm, words: CliWords): string =>
  [
    alarm.id,
    new Date(alarm.raisedAt).toLocaleString('sv-SE'),
    words.priority[alarm.priority],
    words.rule[alarm.rule],
    words.state[alarm.state.value],
    alarm.home,
    alarm.bed ?? '',
  ].join('  ');

interface ActOptions {
  readonly person?: string;
  readonly text?: string;
  readonly cause?: string;
  readonly outcome?: string;
  readonly until?: string;
}

/** The body of an act from the words on the command line; the gateway says what is missing. */
const actBody = (type: string, options: ActOptions): Record<string, unknown> => {
  switch (type) {
    case 'going':
    case 'dispatch':
    case 'arrive':
      return options.person === undefined ? { type } : { type, responder: options.person };
    case 'decline':
      return { type, person: options.person };
    case 'note':
      return { type, text: options.text };
    case 'resolve':
      return { type, disposition: { cause: options.cause, outcome: options.outcome, note: options.text ?? '' } };
    case 'shelve':
      return { type, until: options.until === undefined ? undefined : Date.parse(options.until) };
    default:
      return { type };
  }
};

/** `carebed alarms list|show|follow|act`, and `ack` for the one most used. */
export const alarmCommands = (program: Command, session: Session): void => {
  const { words } = session;
  const alarms = program.command('alarms').description(words.help.alarms);

  alarms
    .command('list')
    .description(words.help.alarmsList)
    .option('--all', words.help.all)
    .option('--home <home>')
    .option('--priority <priority>')
    .action(async (options: { all?: boolean; home?: string; priority?: string }) => {
      const client = await session.client();
      const query = new URLSearchParams({ limit: '200', ...(options.all === true ? {} : { open: 'true' }) });
      if (options.home !== undefined) query.set('home', options.home);
      if (options.priority !== undefined) query.set('priority', options.priority);
      const items: Alarm[] = [];
      for (let next: string | null = ''; next !== null; ) {
        if (next !== '') query.set('after', next);
        const page: z.infer<typeof listSchema> = await client.call(listSchema, 'GET', `/api/alarms?${query.toString()}`);
        items.push(...page.items);
        next = page.next;
      }
      session.say(
        items,
        items.map((alarm) => line(alarm, words)),
      );
    });

  alarms
    .command('show')
    .description(words.help.show)
    .argument('<alarm>')
    .action(async (id: string) => {
      const client = await session.client();
      const detail = await client.call(detailSchema, 'GET', `/api/alarms/${encodeURIComponent(id)}`);
      session.say(detail, [
        line(detail.alarm, words),
        ...detail.log.map(
          ({ at, type, data }) => `  ${new Date(at).toLocaleString('sv-SE')}  ${words.event[type]}  ${JSON.stringify(data)}`,
        ),
      ]);
    });

  followCommand(alarms, session);

  const act = async (id: string, type: string, options: ActOptions): Promise<void> => {
    const client = await session.client();
    const alarm = await client.call(alarmSchema, 'POST', `/api/alarms/${encodeURIComponent(id)}/acts`, { body: actBody(type, options) });
    session.say(alarm, [line(alarm, words)]);
  };
  alarms
    .command('ack')
    .argument('<alarm>')
    .description(words.event.acknowledged)
    .action((id: string) => act(id, 'acknowledge', {}));
  alarms
    .command('act')
    .description(words.help.act)
    .argument('<alarm>')
    .argument('<act>', actNames.join(' '))
    .option('--person <id>')
    .option('--text <text>')
    .addOption(new Option('--cause <cause>').choices([...causes]))
    .addOption(new Option('--outcome <outcome>').choices([...outcomes]))
    .option('--until <time>')
    .action(act);
};
