import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadModels } from '../../broker/model-store.ts';
import { type CareNumbersOverride, careNumbersOverrideSchema, careProfileSchema } from '../../domain/care-profile.ts';
import { CarebedFailure } from '../../domain/failure.ts';
import { bedIdSchema, homeIdSchema, profileIdSchema } from '../../domain/ids.ts';
import { type Instant, timeZoneSchema } from '../../domain/instant.ts';
import type { Language } from '../../domain/language.ts';
import type { ReplayReport } from '../../domain/replay.ts';
import { wordReport } from '../../domain/wording/replay-wording.ts';
import { ImportRefused } from '../replay/imported.ts';
import { ordonezTimeZone, readOrdonez } from '../replay/ordonez.ts';
import { readCsvReadings, readJsonLines } from '../replay/reading-file.ts';
import { storedHistory } from '../replay/stored-history.ts';
import { storeFileIn } from '../store/backup.ts';
import { openForReading } from '../store/open-store.ts';
import { replayStored } from './past-rules.ts';
import { replayImported } from './replay-imported.ts';
import { heartbeatSecondsOf, worldOf } from './stored-world.ts';

const usage = `npm run replay -- WHAT [--numbers FILE] [--json] [--lang en]

  --ordonez FILE   sensor text of UCI's ADL data set, home A or B
  --file FILE      readings as .jsonl ({"at","device","facts"}) or .csv (at,device,kind,value)
  --data FOLDER --bed BED --from TIME --to TIME [--profile PROFILE] [--export FILE.jsonl]
                   a gateway's own history, from its data folder or a copy of it; --export only writes the readings
  --zone ZONE      the wall clock of --ordonez (default ${ordonezTimeZone}) or --file (default Asia/Shanghai)
  --numbers FILE   care numbers as JSON, or a whole care profile; on top of all others

It needs no running gateway and changes nothing. Exit status: 0 done, 1 a file or an answer is not right, 2 wrong use.
`;

class WrongUse extends Error {}

const options = {
  ordonez: { type: 'string' },
  file: { type: 'string' },
  data: { type: 'string' },
  bed: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  profile: { type: 'string' },
  export: { type: 'string' },
  zone: { type: 'string' },
  numbers: { type: 'string' },
  lang: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
type Options = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

const readNumbers = async (file: string | undefined): Promise<CareNumbersOverride> => {
  if (file === undefined) return {};
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  const profile = careProfileSchema.safeParse(value);
  return profile.success ? profile.data.numbers : careNumbersOverrideSchema.parse(value);
};

const timeOf = (name: string, text: string | undefined): Instant => {
  const at = text === undefined ? Number.NaN : /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(at)) throw new WrongUse(`--${name} needs a time like 2026-05-01T08:00:00+08:00`);
  return at as Instant;
};

const fromStore = async (folder: string, asked: Options, numbers: CareNumbersOverride): Promise<ReplayReport | null> => {
  const db = openForReading(folder.endsWith('.db') ? folder : storeFileIn(folder));
  try {
    const bed = bedIdSchema.parse(asked.bed);
    const [from, to] = [timeOf('from', asked.from), timeOf('to', asked.to)];
    const world = worldOf(db, heartbeatSecondsOf(loadModels()));
    if (asked.export !== undefined) {
      const home = homeIdSchema.parse(world.bed(bed)?.home);
      const lines: string[] = [];
      for (const item of storedHistory(db, { home, from, to })) {
        if (item.type !== 'reading' || (item.reading.bed !== null && item.reading.bed !== bed)) continue;
        const { receivedAt: at, device, facts, bed: of, deviceAt, eventId } = item.reading;
        lines.push(JSON.stringify({ at, device, facts, bed: of, deviceAt, eventId }));
      }
      await writeFile(asked.export, `${lines.join('\n')}\n`, { mode: 0o600 });
      return null;
    }
    const profile = asked.profile === undefined ? null : profileIdSchema.parse(asked.profile);
    const own = Object.keys(numbers).length === 0 ? null : numbers;
    return replayStored(db, world, { bed, from, to, profile, numbers: own }, () => {});
  } finally {
    db.close();
  }
};

const report = async (asked: Options): Promise<ReplayReport | null> => {
  const numbers = await readNumbers(asked.numbers);
  const zone = timeZoneSchema.optional().parse(asked.zone);
  if (asked.ordonez !== undefined) return replayImported(readOrdonez(await readFile(asked.ordonez, 'utf8'), zone), numbers);
  if (asked.file !== undefined) {
    const read = asked.file.endsWith('.csv') ? readCsvReadings : readJsonLines;
    return replayImported(read(await readFile(asked.file, 'utf8'), zone ?? 'Asia/Shanghai'), numbers);
  }
  if (asked.data !== undefined) return fromStore(asked.data, asked, numbers);
  throw new WrongUse('say what to replay: --ordonez, --file or --data');
};

const languageOf = (argv: readonly string[]): Language => {
  const at = argv.indexOf('--lang');
  return at !== -1 && argv[at + 1]?.startsWith('en') === true ? 'en' : 'zh-CN';
};

const wordsOf = (error: unknown, language: Language): readonly string[] => {
  if (error instanceof ImportRefused)
    return error.lines.map(({ line, text }) => (language === 'en' ? `line ${line}: ${text.en}` : `第 ${line} 行：${text['zh-CN']}`));
  if (error instanceof z.ZodError) return error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  if (error instanceof CarebedFailure) return [`${error.code}: ${error.message}`];
  return [error instanceof Error ? error.message : String(error)];
};

const main = async (): Promise<number> => {
  try {
    const { values } = parseArgs({ options });
    if (values.help) {
      process.stdout.write(usage);
      return 0;
    }
    const found = await report(values);
    const language = languageOf(process.argv);
    if (found !== null) process.stdout.write(`${values.json ? JSON.stringify(found) : wordReport(found, language).join('\n')}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${wordsOf(error, languageOf(process.argv)).join('\n')}\n`);
    const misused =
      error instanceof WrongUse || (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
    if (misused) process.stderr.write(usage);
    return misused ? 2 : 1;
  }
};

process.exitCode = await main();
