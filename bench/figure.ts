/** One measured figure beside its yardstick from the same run; what `--json` prints. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly yardstick: number;
  /** value / yardstick */
  readonly ratio: number;
}

/** A row of the table: the figure, what its yardstick is, and the mark it has to meet. */
export interface Figure extends BenchRow {
  readonly against: string;
  readonly mark: Mark | null;
}

/** What was promised, and whether this figure keeps it. */
export interface Mark {
  readonly text: string;
  readonly met: boolean;
}

/** How much to measure, and with what. */
export interface BenchOptions {
  /** A minute and a half in all instead of eight minutes; noisier. */
  readonly quick: boolean;
  /** Says what is being done, to whoever waits. */
  readonly say: (text: string) => void;
}

/** Puts a figure beside its yardstick. @param against in words, what the yardstick is */
export const figure = (
  name: string,
  value: number,
  unit: string,
  yardstick: number,
  against: string,
  mark: Mark | null = null,
): Figure => ({
  name,
  value,
  unit,
  yardstick,
  ratio: value / yardstick,
  against,
  mark,
});

/** The middle one; of an even number the mean of the two in the middle. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
};

/** The smallest value that at least the share `q` of all values does not exceed. */
export const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * q) - 1)] ?? Number.NaN;
