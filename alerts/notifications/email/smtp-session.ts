import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpConfig } from './config.ts';

/** An SMTP failure, and whether the mail may have got through all the same. */
export class SmtpFailure extends Error {
  /** Three digits when the server refused; null when the connection failed. */
  readonly reply: number | null;
  readonly code: string;
  /** True from the moment the server asked for the mail's bytes until it answered: only it knows whether it has taken it. */
  readonly doubtful: boolean;

  constructor(cause: unknown, doubtful: boolean) {
    super('SMTP failed', { cause });
    this.name = 'SmtpFailure';
    const { code, responseCode } = (cause ?? {}) as { code?: unknown; responseCode?: unknown };
    this.code = typeof code === 'string' ? code : 'ESMTP';
    this.reply = typeof responseCode === 'number' && responseCode >= 400 && responseCode < 600 ? responseCode : null;
    this.doubtful = doubtful && this.reply === null;
  }
}

/** One signed-in connection to the mail server. */
export interface SmtpSession {
  /** False once it has been closed by either side. */
  readonly usable: boolean;
  /** @throws SmtpFailure */
  send(from: string, to: string, mail: Buffer): Promise<void>;
  /** Breaks the connection off; a send under way fails. */
  close(): void;
}

const callback = (settle: (error: unknown) => void) => (error?: unknown) => settle(error ?? null);

/**
 * Connects, encrypts and signs in. The connection is nodemailer's; the session is ours because only here can be known how far a mail had
 * come when the connection broke, and because nodemailer's pool sends a mail again by itself when it does.
 * @throws SmtpFailure, never a doubtful one
 */
export const openSmtpSession = async (config: SmtpConfig, signal: AbortSignal): Promise<SmtpSession> => {
  const timeoutMs = config.timeoutSeconds * 1_000;
  const connection = new SMTPConnection({
    host: config.host,
    port: config.port,
    secure: config.encryption === 'tls',
    requireTLS: config.encryption === 'starttls',
    ignoreTLS: config.encryption === 'none',
    tls: { minVersion: 'TLSv1.2', ...(config.ca === undefined ? {} : { ca: config.ca }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    logger: false,
  });
  let usable = false;
  let sending = false;
  let bytesAsked = false;
  let fail: (error: unknown) => void = () => undefined;

  const end = (error: unknown): void => {
    usable = false;
    fail(error);
  };
  connection.on('error', end);
  connection.on('end', () => end(Object.assign(new Error('closed'), { code: 'ECONNECTION' })));
  const abort = (): void => {
    connection.close();
    end(Object.assign(new Error('aborted'), { code: 'ABORT_ERR' }));
  };

  const step = (run: (done: (error?: unknown) => void) => void): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      fail = (error) => reject(new SmtpFailure(error, sending && bytesAsked));
      run(callback((error) => (error === null ? resolve() : fail(error))));
    });

  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) throw new SmtpFailure({ code: 'ABORT_ERR' }, false);
    await step((done) => connection.connect(done));
    const { auth } = config;
    if (auth !== undefined) await step((done) => connection.login({ credentials: { user: auth.user, pass: auth.password } }, done));
    usable = true;
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }

  return {
    get usable() {
      return usable;
    },
    send: async (from, to, mail) => {
      sending = true;
      bytesAsked = false;
      // The connection reads the mail only after the server's 354: from then on there is doubt.
      const bytes = Readable.from(
        (function* () {
          bytesAsked = true;
          yield mail;
        })(),
        { objectMode: false },
      );
      try {
        await step((done) => connection.send({ from, to: [to], size: mail.length }, bytes, done));
      } catch (error) {
        usable = false;
        throw error;
      } finally {
        sending = false;
      }
    },
    close: () => {
      connection.close();
      end(Object.assign(new Error('closed'), { code: 'ABORT_ERR' }));
    },
  };
};
