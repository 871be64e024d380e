import { Command, CommanderError } from 'commander';
import { createClient, type ConnectionOptions } from './client.ts';
import { alarmCommands } from './commands/alarm-commands.ts';
import { backupCommands } from './commands/backup-commands.ts';
import type { ModelDesk } from '../../domain/model-desk.ts';
import { deviceCommands } from './commands/device-commands.ts';
import { importCommand } from './commands/import-command.ts';
import { modelCommands } from './commands/model-commands.ts';
import { pastCommands } from './commands/past-commands.ts';
import { recordCommands } from './commands/record-commands.ts';
import { tokenCommands } from './commands/token-commands.ts';
import { CliFailure, exitCodes } from './exit.ts';
import type { Session } from './session.ts';
import { cliLanguage, cliWords } from './words.ts';

/** Where the command line's words go. */
export interface CliStreams {
  out(text: string): void;
  err(text: string): void;
}

const isJson = (argv: readonly string[]): boolean => argv.includes('--json');

/**
 * Runs one command line (without `node` and the script). Resolves with the exit code; never throws.
 * @param desk what tries device models without a gateway
 */
export const runCli = async (argv: readonly string[], env: NodeJS.ProcessEnv, streams: CliStreams, desk: ModelDesk): Promise<number> => {
  const language = cliLanguage(argv, env);
  const words = cliWords[language];
  const program = new Command('carebed');
  let exitCode: number = exitCodes.done;

  const session: Session = {
    language,
    words,
    env,
    options: () => ({ ...program.opts<ConnectionOptions>(), json: isJson(argv) }),
    client: () => createClient(program.opts<ConnectionOptions>(), env, language, words),
    say: (data, lines) => streams.out(isJson(argv) ? `${JSON.stringify(data)}\n` : `${lines.join('\n')}\n`),
    remark: (text) => streams.err(`${text}\n`),
    exitWith: (code) => {
      exitCode = code;
    },
  };

  program
    .description(words.about)
    .option('--json', words.help.json)
    .option('--lang <language>', words.help.lang)
    .option('--url <url>', words.help.url)
    .option('--token-file <file>', words.help.tokenFile)
    .option('--data <folder>', words.help.data)
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.err });
  deviceCommands(program, session);
  modelCommands(program, session, desk);
  importCommand(program, session);
  alarmCommands(program, session);
  recordCommands(program, session);
  pastCommands(program, session);
  backupCommands(program, session);
  tokenCommands(program, session);

  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return tellFailure(error, isJson(argv), streams, words.internal);
  }
};

const tellFailure = (error: unknown, json: boolean, streams: CliStreams, internal: string): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof CliFailure) {
    const { code, message, errors } = error;
    const lines = [message, ...errors.map(({ where, wrong, right }) => `  ${where}: ${wrong}; ${right}`)];
    streams.err(json ? `${JSON.stringify({ code, message, errors })}\n` : `${lines.join('\n')}\n`);
    return error.exitCode;
  }
  streams.err(`${internal}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCodes.refused;
};
