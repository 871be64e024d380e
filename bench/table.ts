import type { Figure } from './figure.ts';

/** Three significant digits, thousands apart. */
const number = (value: number): string => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
};

/** Prints the figures as a table on stdout. */
export const printTable = (figures: readonly Figure[]): void => {
  const head = ['figure', 'value', 'unit', 'yardstick', 'ratio', 'the yardstick is', 'mark', ''];
  const rows = figures.map(({ name, value, unit, yardstick, ratio, against, mark }) => [
    name,
    number(value),
    unit,
    number(yardstick),
    number(ratio),
    against,
    mark?.text ?? '',
    mark === null ? '' : mark.met ? 'met' : 'MISSED',
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const rightward = new Set([1, 3, 4]);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (rightward.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  console.log([line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n'));
};
