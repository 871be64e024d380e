import { callbackify } from 'node:util';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { instant } from '../../domain/instant.ts';
import { listening } from './listening.ts';
import { linkIn, type Receive } from './message.ts';

/** A real SMTP server that takes every mail, for whomever it is. */
export interface MailInbox {
  /** Resolves with the port it listens on. */
  start(): Promise<number>;
  stop(): Promise<void>;
}

const largestMailBytes = 1_048_576;

export const createMailInbox = (receive: Receive): MailInbox => {
  const take = async (raw: Buffer, receivers: readonly string[]): Promise<void> => {
    const mail = await PostalMime.parse(raw);
    const text = (mail.text ?? '').trim();
    for (const to of receivers)
      receive({ channel: 'email', to, title: mail.subject ?? '', text, link: linkIn(text), at: instant(Date.now()) });
  };
  const takeThen = callbackify(take);
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    size: largestMailBytes,
    logger: false,
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('error', done);
      stream.on('end', () => {
        const receivers = session.envelope.rcptTo.map(({ address }) => address);
        takeThen(Buffer.concat(parts), receivers, (error) => done(error));
      });
    },
  });
  // A sender that goes away in the middle is no news here.
  server.on('error', () => undefined);
  return {
    start: async () => listening(server.listen(0, '127.0.0.1')),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
