import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { bedIdSchema, deviceIdSchema } from '../../domain/ids.ts';
import { type Instant, instantSchema } from '../../domain/instant.ts';
import type { Language } from '../../domain/language.ts';
import { type Facts, factsSchema, readingKindSchema } from '../../domain/reading.ts';
import { wordIssue } from '../../domain/wording/issue-wording.ts';
import { type ImportedHistory, importedBed, importedReading, ImportRefused, type LineRemark } from './imported.ts';

const timeSchema = z.union([instantSchema, z.iso.datetime({ offset: true }).transform((text) => Date.parse(text) as Instant)], {
  error: 'is not a time; write it like 2026-05-01T08:00:00+08:00 or as milliseconds since 1970',
});

/** One reading as a line of JSON. `bed` null: a device of the home. Absent: of the bed. */
const lineSchema = z.strictObject({
  at: timeSchema,
  device: deviceIdSchema,
  facts: factsSchema,
  bed: bedIdSchema.nullable().default(importedBed),
  deviceAt: timeSchema.nullable().default(null),
  eventId: z.string().nullable().default(null),
});

const wrongWords = (error: z.ZodError): LineRemark['text'] => {
  const inWords = (language: Language): string =>
    error.issues
      .map((issue) => wordIssue(issue, issue.path, language))
      .map(({ where, wrong, right }) => `${where} ${wrong}; ${right}`.trim())
      .join(' / ');
  return { 'zh-CN': inWords('zh-CN'), en: inWords('en') };
};

const finish = (wrong: readonly LineRemark[], rows: readonly z.infer<typeof lineSchema>[], timeZone: string): ImportedHistory => {
  if (wrong.length > 0) throw new ImportRefused(wrong);
  if (rows.length === 0) throw new ImportRefused([{ line: 1, text: { 'zh-CN': '没有任何读数', en: 'holds no reading' } }]);
  // The bed may have any name; for a replay it is the one bed.
  const readings = rows
    .map((row, index) => ({ row, index }))
    .toSorted((a, b) => a.row.at - b.row.at || a.index - b.index)
    .map(({ row: { at, device, facts, bed, deviceAt, eventId } }, index) =>
      importedReading(index + 1, device, at, facts as Facts, { bed: bed === null ? null : importedBed, deviceAt, eventId }),
    );
  return { readings, timeZone, remarks: [] };
};

/**
 * Reads readings from lines of JSON: `{"at":…,"device":"pad-1","facts":{"occupied":true}}`, as the export writes them.
 * @throws ImportRefused with every bad line
 */
export const readJsonLines = (text: string, timeZone: string): ImportedHistory => {
  const wrong: LineRemark[] = [];
  const rows: z.infer<typeof lineSchema>[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.trim() === '') continue;
    const line = index + 1;
    let value: unknown;
    try {
      value = JSON.parse(raw);
    } catch {
      wrong.push({ line, text: { 'zh-CN': '不是 JSON', en: 'is not JSON' } });
      continue;
    }
    const parsed = lineSchema.safeParse(value);
    if (parsed.success) rows.push(parsed.data);
    else wrong.push({ line, text: wrongWords(parsed.error) });
  }
  return finish(wrong, rows, timeZone);
};

const valueOf = (text: string): unknown => {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
};

const csvRowSchema = z.strictObject({
  at: z.string(),
  device: z.string(),
  kind: readingKindSchema,
  value: z.string(),
  bed: z.string().optional(),
});

/**
 * Reads readings from CSV with the columns `at, device, kind, value` and, if wanted, `bed` (empty: a device of the home); one fact a row.
 * @throws ImportRefused with every bad line
 */
export const readCsvReadings = (text: string, timeZone: string): ImportedHistory => {
  let records: { readonly record: unknown; readonly info: { readonly lines: number } }[];
  try {
    records = parse(text, { bom: true, columns: true, info: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    if (error instanceof CsvError)
      throw new ImportRefused([{ line: Number(Reflect.get(error, 'lines') ?? 1), text: { 'zh-CN': '不是正确的 CSV', en: 'is not CSV' } }]);
    throw error;
  }
  const wrong: LineRemark[] = [];
  const rows: z.infer<typeof lineSchema>[] = [];
  for (const { record, info } of records) {
    const row = csvRowSchema.safeParse(record);
    if (!row.success) {
      wrong.push({ line: info.lines, text: wrongWords(row.error) });
      continue;
    }
    const { at, device, kind, value, bed } = row.data;
    const parsed = lineSchema.safeParse({
      at: /^\d+$/.test(at) ? Number(at) : at,
      device,
      facts: { [kind]: valueOf(value) },
      ...(bed === undefined ? {} : { bed: bed === '' ? null : bed }),
    });
    if (parsed.success) rows.push(parsed.data);
    else wrong.push({ line: info.lines, text: wrongWords(parsed.error) });
  }
  return finish(wrong, rows, timeZone);
};
