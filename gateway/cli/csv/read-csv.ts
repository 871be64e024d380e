import { CsvError, parse } from 'csv-parse/sync';
import type { Language } from '../../../domain/language.ts';
import { wordIssue } from '../../../domain/wording/issue-wording.ts';
import { cliWords } from '../words.ts';
import type { Column, Sheet } from './columns.ts';

/** Something wrong in a file. */
export interface BadCell {
  /** The line in the file, 1 being the column names. */
  readonly line: number;
  readonly column: string;
  readonly wrong: string;
  readonly right: string;
}

/** A row that is right, with the line it came from. */
export interface GoodRow {
  readonly line: number;
  readonly row: Readonly<Record<string, unknown>>;
}

export interface ReadSheet {
  readonly good: readonly GoodRow[];
  readonly bad: readonly BadCell[];
  /** Lines with something wrong. */
  readonly badLines: number;
}

/** UTF-8 (with or without a mark), or what Chinese spreadsheets write: GB18030. */
export const decodeText = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
};

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  '1': true,
  是: true,
  false: false,
  no: false,
  '0': false,
  否: false,
};

interface Line {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Reads a file of one kind: every row checked as the gateway will check it, every fault with line, column and what would be right. */
export const readCsv = (bytes: Uint8Array, sheet: Sheet, language: Language): ReadSheet => {
  const words = cliWords[language].csv;
  const bad: BadCell[] = [];
  let lines: readonly Line[];
  try {
    lines = parse(decodeText(bytes), {
      bom: true,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    }) as unknown as Line[];
  } catch (cause) {
    const line = cause instanceof CsvError && 'lines' in cause ? Number(cause['lines']) : 1;
    return { good: [], bad: [{ line, column: '', wrong: words.broken, right: words.brokenRight }], badLines: 1 };
  }
  const [head, ...rest] = lines;
  if (head === undefined || rest.length === 0)
    return { good: [], bad: [{ line: 1, column: '', wrong: words.empty, right: words.emptyRight }], badLines: 1 };

  const columns = head.record.map((title): Column | null => {
    const found = sheet.columns.find((column) => column.name.toLowerCase() === title.toLowerCase() || column.zh === title);
    if (found === undefined) {
      const known = sheet.columns.map((column) => (language === 'en' ? column.name : `${column.name}（${column.zh}）`)).join(', ');
      bad.push({ line: 1, column: title, wrong: words.unknownColumn(title), right: words.knownColumns(known) });
    }
    return found ?? null;
  });
  if (bad.length > 0) return { good: [], bad, badLines: 1 };

  const good: GoodRow[] = [];
  const seen = new Map<string, number>();
  const badLines = new Set<number>();
  for (const { record, info } of rest) {
    const line = info.lines;
    const faults: BadCell[] = [];
    if (record.length !== columns.length) faults.push({ line, column: '', wrong: words.broken, right: words.brokenRight });
    const cells: Record<string, unknown> = {};
    columns.forEach((column, index) => {
      const cell = record[index] ?? '';
      if (column === null || cell === '') return;
      const value = valueOf(column, cell);
      if (value === null)
        faults.push({
          line,
          column: column.name,
          wrong: words.wrongKind,
          right: column.holds === 'boolean' ? words.yesNo : words.wholeNumber,
        });
      else cells[column.name] = value;
    });
    const shaped = sheet.shape === undefined ? cells : sheet.shape(cells);
    const parsed = sheet.schema.safeParse(shaped);
    if (!parsed.success && faults.length === 0) {
      for (const issue of parsed.error.issues) {
        const { wrong, right } = wordIssue(issue, issue.path, language);
        const column = sheet.columnOf === undefined ? String(issue.path[0] ?? '') : sheet.columnOf(issue.path, shaped);
        faults.push({ line, column, wrong, right });
      }
    }
    const id = cells['id'];
    const earlier = typeof id === 'string' ? seen.get(id) : undefined;
    if (earlier !== undefined) faults.push({ line, column: 'id', wrong: words.twice, right: words.twiceRight(earlier) });
    else if (typeof id === 'string') seen.set(id, line);
    if (faults.length === 0) good.push({ line, row: shaped });
    else {
      badLines.add(line);
      bad.push(...faults);
    }
  }
  return { good, bad, badLines: badLines.size };
};

const valueOf = (column: Column, cell: string): string | number | boolean | null => {
  if (column.holds === 'boolean') return truths[cell.toLowerCase()] ?? null;
  if (column.holds === 'number') return /^-?\d{1,9}$/.test(cell) ? Number(cell) : null;
  return cell;
};
