/** How the command line ends, for scripts. Documented in docs/api.md. */
export const exitCodes = {
  done: 0,
  /** The gateway refused: what was asked for does not exist, is in conflict, or is not right. */
  refused: 1,
  /** The command line was used wrongly. */
  usage: 2,
  unreachable: 3,
  /** No token, or one that may not do this. */
  notAllowed: 4,
  /** Rows of a file are not right. Unless --skip-bad was given, nothing was imported. */
  badRows: 5,
} as const;

/** A failure with the way to end. `message` is for a person, in their language. */
export class CliFailure extends Error {
  readonly exitCode: number;
  readonly code: string;
  readonly errors: readonly { readonly where: string; readonly wrong: string; readonly right: string }[];

  constructor(exitCode: number, code: string, message: string, errors: CliFailure['errors'] = []) {
    super(message);
    this.name = 'CliFailure';
    this.exitCode = exitCode;
    this.code = code;
    this.errors = errors;
  }
}
