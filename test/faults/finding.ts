/** One line of the account: what was counted, and each case in which the promise was broken. */
export interface Finding {
  readonly name: string;
  readonly count: number;
  readonly broken: readonly string[];
}

/** A count that proves nothing by itself. */
export const counted = (name: string, count: number): Finding => ({ name, count, broken: [] });

/** A promise over all of `cases`; `wrong` says what is wrong with one, or null. */
export const promised = <Case>(name: string, cases: readonly Case[], wrong: (it: Case) => string | null): Finding => ({
  name,
  count: cases.length,
  broken: cases.flatMap((it) => wrong(it) ?? []),
});
