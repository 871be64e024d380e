import type { Command } from 'commander';
import { text } from 'node:stream/consumers';
import { CarebedFailure } from '../../../domain/failure.ts';
import type { ModelDesk } from '../../../domain/model-desk.ts';
import { modelTrialSchema, type Tried } from '../../../domain/model-trial.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import type { Session } from '../session.ts';
import type { CliWords } from '../words.ts';

interface TryOptions {
  readonly model: string;
  readonly topic: string;
  readonly payload?: string;
  readonly child?: string;
  readonly retain?: boolean;
  readonly models?: string;
}

/** A model that is not right is told as the parser told it: file, line, and what would be right. */
const orFail = <Result>(work: () => Result): Result => {
  try {
    return work();
  } catch (error) {
    if (error instanceof CarebedFailure) throw new CliFailure(exitCodes.refused, error.code, error.message);
    throw error;
  }
};

const lineOf = (tried: Tried, words: CliWords['trial']): string => {
  switch (tried.type) {
    case 'facts': {
      const facts = Object.entries(tried.facts).map(([kind, value]) => `${kind}=${value}`);
      const more = [
        ...(tried.eventId === null ? [] : [`${words.event} ${tried.eventId}`]),
        ...(tried.deviceAt === null ? [] : [`${words.at} ${new Date(tried.deviceAt).toISOString()}`]),
      ];
      return `${tried.call ? words.call : words.facts} (${tried.of === 'child' ? words.ofChild : words.ofItself}): ${[...facts, ...more].join(', ')}`;
    }
    case 'refused':
      return `${words.refused}: ${tried.code}, ${tried.where}: ${tried.detail}`;
    case 'waiting':
      return `${words.waiting}: ${[tried.name, tried.says, tried.model].filter((part) => part !== null).join(', ')}`;
    case 'ignored':
      return `${words.ignored}: ${tried.why}`;
  }
};

/** `carebed device-model list | try | check`: device models on their own, without a gateway. */
export const modelCommands = (program: Command, session: Session, desk: ModelDesk): void => {
  const { words, language } = session;
  const model = program.command('device-model').description(words.help.model);

  model
    .command('list')
    .description(words.help.modelList)
    .option('--models <folder>', words.help.modelFolder)
    .action(({ models }: { models?: string }) => {
      const found = orFail(() => desk.list(models));
      session.say(
        found,
        found.map((one) => `${one.id}  ${one.name[language]}${one.sold.length === 0 ? '' : `  (${one.sold.join(', ')})`}`),
      );
    });

  model
    .command('try')
    .description(words.help.modelTry)
    .requiredOption('--model <model>')
    .requiredOption('--topic <topic>')
    .option('--payload <text>', words.help.modelPayload)
    .option('--child <model>', words.help.modelChild)
    .option('--retain')
    .option('--models <folder>', words.help.modelFolder)
    .action(async (options: TryOptions) => {
      const payload = options.payload ?? (await text(process.stdin));
      const trial = modelTrialSchema.safeParse({
        model: options.model,
        topic: options.topic,
        payload: payload.replace(/\r?\n$/, ''),
        retain: options.retain ?? false,
        ...(options.child === undefined ? {} : { child: options.child }),
      });
      if (!trial.success)
        throw new CliFailure(exitCodes.usage, 'trial-invalid', trial.error.issues.map(({ message }) => message).join('; '));
      const tried = orFail(() => desk.try(trial.data, options.models));
      session.say(
        tried,
        tried.map((one) => lineOf(one, words.trial)),
      );
      if (tried.some((one) => one.type === 'refused')) session.exitWith(exitCodes.refused);
    });

  model
    .command('check')
    .description(words.help.modelCheck)
    .argument('<file>')
    .option('--models <folder>', words.help.modelFolder)
    .action((file: string, { models }: { models?: string }) => {
      const found = orFail(() => desk.check(file, models));
      session.say(found, [`${found.id}  ${found.name[language]}`, words.done]);
    });
};
