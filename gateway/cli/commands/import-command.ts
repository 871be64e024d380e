import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Client } from '../client.ts';
import { type Sheet, sheets } from '../csv/columns.ts';
import { type BadCell, type GoodRow, readCsv } from '../csv/read-csv.ts';
import { completeDevices, dropSecrets, writeSecrets } from '../csv/secrets-file.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import type { Session } from '../session.ts';

/** Rows in one call, as many as the gateway takes in one transaction. */
const callRows = 2_000;

const answerSchema = z.object({
  imported: z.number(),
  errors: z.array(z.object({ where: z.string(), wrong: z.string(), right: z.string() })),
});

interface ImportOptions {
  readonly skipBad?: boolean;
  readonly dryRun?: boolean;
  readonly secretsOut?: string;
}

const chunksOf = (rows: readonly GoodRow[]): GoodRow[][] =>
  Array.from({ length: Math.ceil(rows.length / callRows) }, (_, i) => rows.slice(i * callRows, (i + 1) * callRows));

const send = (client: Client, sheet: Sheet, chunk: readonly GoodRow[], dryRun: boolean): Promise<z.infer<typeof answerSchema>> =>
  client.call(answerSchema, 'POST', '/api/import', { body: { record: sheet.record, rows: chunk.map(({ row }) => row), dryRun } });

/** `rows[3].home` as the line and column it came from; null when it is about something in another part of the same file. */
const cellOf = (
  error: { where: string; wrong: string; right: string },
  chunk: readonly GoodRow[],
  ownIds: ReadonlySet<unknown>,
): BadCell | null => {
  const found = /^rows\[(\d+)\]\.?(.*)$/.exec(error.where);
  const row = chunk[Number(found?.[1] ?? 0)];
  const column = found?.[2] ?? '';
  if (column === 'hub' && ownIds.has(row?.row['hub'])) return null;
  return { line: row?.line ?? 0, column, wrong: error.wrong, right: error.right };
};

/** What only the gateway can tell: whether what the rows refer to exists. */
const checkThere = async (client: Client, sheet: Sheet, rows: readonly GoodRow[]): Promise<BadCell[]> => {
  const ownIds = new Set(rows.map(({ row }) => row['id']));
  const bad: BadCell[] = [];
  for (const chunk of chunksOf(rows)) {
    const { errors } = await send(client, sheet, chunk, true);
    bad.push(...errors.map((error) => cellOf(error, chunk, ownIds)).filter((cell) => cell !== null));
  }
  return bad;
};

const importAll = async (session: Session, client: Client, sheet: Sheet, rows: readonly GoodRow[]): Promise<void> => {
  let done = 0;
  for (const chunk of chunksOf(rows)) {
    try {
      await send(client, sheet, chunk, false);
    } catch (error) {
      if (done > 0) session.remark(session.words.csv.partly(done));
      throw error;
    }
    done += chunk.length;
    session.remark(session.words.csv.progress(done, rows.length));
  }
};

/** `carebed import KIND FILE`. */
export const importCommand = (program: Command, session: Session): void => {
  const { words, language } = session;
  const report = (bad: readonly BadCell[]): string[] =>
    bad.map(({ line, column, wrong, right }) => words.csv.line(line, column, wrong, right));

  const run = async (kind: string, file: string, options: ImportOptions): Promise<void> => {
    const sheet = sheets[kind];
    if (sheet === undefined) throw new CliFailure(exitCodes.usage, 'unknown-kind', `${kind}? ${Object.keys(sheets).join(' ')}`);
    const bytes = await readFile(file).catch(() => {
      throw new CliFailure(exitCodes.usage, 'no-file', words.noFile(file));
    });
    const read = readCsv(bytes, sheet, language);
    const bad = [...read.bad];
    if (bad.length > 0 && (options.skipBad !== true || read.good.length === 0)) return refuse(bad);
    const { rows, made } = sheet.record === 'device' ? completeDevices(read.good) : { rows: [...read.good], made: [] };
    const client = await session.client();
    const there = await checkThere(client, sheet, rows);
    bad.push(...there);
    if (there.length > 0 && options.skipBad !== true) return refuse(bad);
    const badLines = new Set(there.map(({ line }) => line));
    const good = rows.filter(({ line }) => !badLines.has(line));
    if (options.dryRun === true) {
      return session.say({ imported: 0, wouldImport: good.length, bad }, [...report(bad), words.csv.wouldImport(good.length)]);
    }
    await write(sheet, client, good, made, bad, options.secretsOut);
  };

  const refuse = (bad: readonly BadCell[]): void => {
    session.say({ imported: 0, bad }, [...report(bad), words.csv.nothing(bad.length)]);
    session.exitWith(exitCodes.badRows);
  };

  const write = async (
    sheet: Sheet,
    client: Client,
    good: readonly GoodRow[],
    made: readonly { device: string; secret: string }[],
    bad: readonly BadCell[],
    secretsOut: string | undefined,
  ): Promise<void> => {
    const ids = new Set(good.map(({ row }) => row['id']));
    const secrets = made.filter(({ device }) => ids.has(device));
    if (secrets.length > 0) {
      if (secretsOut === undefined) throw new CliFailure(exitCodes.usage, 'secrets-out-needed', words.csv.needSecretsOut(secrets.length));
      await writeSecrets(secretsOut, secrets, words);
    }
    try {
      await importAll(session, client, sheet, good);
    } catch (error) {
      // A clear refusal of a single call means that none of its secrets is in use. After a lost answer they may be: the file stays.
      const sure = error instanceof CliFailure && error.exitCode !== exitCodes.unreachable && good.length <= callRows;
      if (secretsOut !== undefined && secrets.length > 0 && sure) await dropSecrets(secretsOut);
      throw error;
    }
    const skipped = new Set(bad.map(({ line }) => line)).size;
    session.say({ imported: good.length, skipped, secrets: secrets.length, secretsOut: secrets.length > 0 ? secretsOut : null, bad }, [
      ...report(bad),
      words.csv.imported(good.length),
      ...(skipped > 0 ? [words.csv.skipped(skipped)] : []),
      ...(secrets.length > 0 && secretsOut !== undefined ? [words.csv.secretsWritten(secrets.length, secretsOut)] : []),
    ]);
    if (skipped > 0) session.exitWith(exitCodes.badRows);
  };

  program
    .command('import')
    .description(words.help.import)
    .argument('<kind>')
    .argument('<file>', words.help.importFile)
    .option('--skip-bad', words.help.skipBad)
    .option('--dry-run', words.help.dryRun)
    .option('--secrets-out <file>', words.help.secretsOut)
    .action(run);
};
