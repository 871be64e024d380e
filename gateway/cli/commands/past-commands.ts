import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { z } from 'zod';
import { careNumbersOverrideSchema, careProfileSchema } from '../../../domain/care-profile.ts';
import { type WhyAnswer, whyAnswerSchema } from '../../../domain/explanation.ts';
import {
  alarmComparisonSchema,
  alarmFiguresSchema,
  type ReplayReport,
  replayAlarmSchema,
  replayReportSchema,
} from '../../../domain/replay.ts';
import { wordReport } from '../../../domain/wording/replay-wording.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import { pastWords } from '../past-words.ts';
import type { Session } from '../session.ts';

const jobSchema = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  progress: z.object({ at: z.number(), readings: z.number() }).nullable(),
  report: replayReportSchema.nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
});
const sideSchema = z.object({ figures: alarmFiguresSchema, alarms: z.array(replayAlarmSchema) });
const shadowSchema = z.object({
  from: z.number(),
  to: z.number(),
  timeZone: z.string(),
  would: sideSchema,
  real: sideSchema,
  comparison: alarmComparisonSchema,
});

/** How often a running replay is asked how far it is. */
const askEveryMs = 300;

interface ReplayOptions {
  readonly bed?: string;
  readonly from?: string;
  readonly to?: string;
  readonly profile?: string;
  readonly numbers?: string;
  readonly file?: string;
  readonly ordonez?: string;
  readonly zone?: string;
}

/** `carebed replay`, `carebed why`, `carebed shadow`: the rules, asked about the past. */
export const pastCommands = (program: Command, session: Session): void => {
  const said = pastWords[session.language];

  const usage = (message: string): CliFailure => new CliFailure(exitCodes.usage, 'usage', message);
  const timeOf = (text: string): number => {
    const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
    if (Number.isNaN(at)) throw usage(said.badTime(text));
    return at;
  };
  const clockIn =
    (timeZone: string) =>
    (at: number): string =>
      new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);

  const readNumbers = async (file: string): Promise<unknown> => {
    const text = await readFile(file, 'utf8').catch(() => {
      throw new CliFailure(exitCodes.usage, 'no-file', session.words.noFile(file));
    });
    try {
      const value: unknown = JSON.parse(text);
      const profile = careProfileSchema.safeParse(value);
      return profile.success ? profile.data.numbers : careNumbersOverrideSchema.parse(value);
    } catch {
      throw new CliFailure(exitCodes.usage, 'not-json', session.words.notJson(file));
    }
  };

  /** Files need no gateway: the program for that is run with the same words. */
  const replayFile = async (options: ReplayOptions): Promise<void> => {
    const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const main = fileURLToPath(new URL('../../compose/replay-main.ts', import.meta.url));
    const json = session.options().json ? ['--json'] : [];
    const child = spawn(process.execPath, [main, ...given, ...json, '--lang', session.language], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => output.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => session.remark(bytes.toString('utf8').trimEnd()));
    const closed: readonly unknown[] = await once(child, 'close');
    const code = closed[0];
    const text = Buffer.concat(output).toString('utf8').trimEnd();
    if (text !== '') session.say(session.options().json ? JSON.parse(text) : null, [text]);
    session.exitWith(code === 0 ? exitCodes.done : code === 2 ? exitCodes.usage : exitCodes.badRows);
  };

  const replayBed = async (options: ReplayOptions): Promise<void> => {
    const { bed, from, to, profile, numbers } = options;
    if (bed === undefined || from === undefined || to === undefined) throw usage(said.needWhat);
    const body = {
      bed,
      from: timeOf(from),
      to: timeOf(to),
      ...(profile === undefined ? {} : { profile }),
      ...(numbers === undefined ? {} : { numbers: await readNumbers(numbers) }),
    };
    const client = await session.client();
    let job = await client.call(jobSchema, 'POST', '/api/replays', { body });
    while (job.state === 'running') {
      await wait(askEveryMs);
      job = await client.call(jobSchema, 'GET', `/api/replays/${encodeURIComponent(job.id)}`);
      if (job.progress !== null) session.remark(said.progress(job.progress.readings, new Date(job.progress.at).toISOString()));
    }
    await client.call(z.null(), 'DELETE', `/api/replays/${encodeURIComponent(job.id)}`);
    if (job.report === null) throw new CliFailure(exitCodes.refused, job.failure?.code ?? 'replay-failed', job.failure?.message ?? '');
    session.say(job.report, wordReport(job.report, session.language));
  };

  program
    .command('replay')
    .description(said.replay)
    .option('--bed <bed>')
    .option('--from <time>')
    .option('--to <time>')
    .option('--profile <profile>', said.profile)
    .option('--numbers <file>', said.numbers)
    .option('--file <file>', said.replayFile)
    .option('--ordonez <file>')
    .option('--zone <zone>', said.zone)
    .action((options: ReplayOptions) =>
      options.file !== undefined || options.ordonez !== undefined ? replayFile(options) : replayBed(options),
    );

  const whyLines = ({ lookedFrom, readings, open, rules, timeZone }: WhyAnswer): string[] => {
    const clock = clockIn(timeZone);
    return [
      said.lookedAt(clock(lookedFrom), readings),
      ...open.map(({ rule, raisedAt }) => said.open(session.words.rule[rule], clock(raisedAt))),
      ...rules.flatMap(({ rule, device, standing, words, sentence }) => [
        `${session.words.rule[rule]}${device === null ? '' : ` ${device}`} — ${said.standing[standing]}`,
        ...words.map((line) => `    ${line}`),
        `    [${sentence}]`,
      ]),
    ];
  };
  program
    .command('why')
    .description(said.why)
    .requiredOption('--bed <bed>')
    .option('--at <time>', said.at)
    .option('--days <days>', said.days)
    .action(async ({ bed, at, days }: { bed: string; at?: string; days?: string }) => {
      const client = await session.client();
      const query = new URLSearchParams({
        ...(at === undefined ? {} : { at: String(timeOf(at)) }),
        ...(days === undefined ? {} : { days }),
      });
      const answer = await client.call(whyAnswerSchema, 'GET', `/api/beds/${encodeURIComponent(bed)}/why?${query.toString()}`);
      session.say(answer, whyLines(answer));
    });

  program
    .command('shadow')
    .description(said.shadow)
    .requiredOption('--bed <bed>')
    .option('--from <time>')
    .option('--to <time>')
    .action(async ({ bed, from, to }: { bed: string; from?: string; to?: string }) => {
      const client = await session.client();
      const query = new URLSearchParams({
        ...(from === undefined ? {} : { from: String(timeOf(from)) }),
        ...(to === undefined ? {} : { to: String(timeOf(to)) }),
      });
      const answer = await client.call(shadowSchema, 'GET', `/api/beds/${encodeURIComponent(bed)}/shadow?${query.toString()}`);
      const report = replayReportSchema.parse({
        ...answer,
        readings: 0,
        tooLate: 0,
        firstReadingAt: null,
        tookMs: 0,
        would: { ...answer.would, truncated: false },
        real: { ...answer.real, truncated: false },
        remarks: [],
      } satisfies z.input<typeof replayReportSchema>);
      session.say(answer, shadowLines(report));
    });
  /** The report without its first line, which tells of a replay that there was none of. */
  const shadowLines = (report: ReplayReport): string[] => wordReport(report, session.language).slice(1);
};
