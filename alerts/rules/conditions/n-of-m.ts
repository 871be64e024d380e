import type { Language } from '../../../domain/language.ts';

/**
 * *n of m*: marks are whole numbers that grow (minutes, nights). Adds `mark` and forgets what is not among the last `m`. The same array when
 * nothing changes. A mark below the newest is one that was counted already.
 */
export const withMark = (marks: readonly number[], mark: number, m: number): readonly number[] => {
  const newest = marks.at(-1);
  if (newest !== undefined && mark <= newest) return marks;
  return [...marks.filter((one) => one > mark - m), mark];
};

/** How many of the last `m` up to and with `current` are marked. */
export const countOf = (marks: readonly number[], current: number, m: number): number => marks.filter((one) => one > current - m).length;

/**
 * The first whole number at which fewer than `n` of the last `m` are marked when no further mark comes.
 * @param n at least 1
 */
export const fewerFrom = (marks: readonly number[], n: number, m: number): number => {
  const last = marks[marks.length - n];
  return last === undefined ? Number.NEGATIVE_INFINITY : last + m;
};

export const sayNOfM = (n: number, m: number, things: Readonly<Record<Language, string>>, language: Language): string =>
  language === 'zh-CN' ? `最近 ${m} ${things['zh-CN']}中有 ${n} ${things['zh-CN']}` : `${n} of the last ${m} ${things.en}`;
