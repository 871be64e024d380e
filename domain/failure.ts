/**
 * A failure somebody can act on. `code` is stable and never reused; `message` says what is wrong, where, and what would be right, and
 * holds no personal data. Everything the gateway throws on purpose is one of these.
 */
export class CarebedFailure extends Error {
  readonly code: string;
  /** The HTTP status it becomes when it leaves through the API (RFC 9457). */
  readonly status: number;

  constructor(code: string, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CarebedFailure';
    this.code = code;
    this.status = options.status ?? 500;
  }
}
