import type { AddressInfo, Socket } from 'node:net';
import { generate } from 'selfsigned';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { createInbox, type Inbox } from './inbox.ts';
import { type ParsedMail, parseMail } from './mail-parser.ts';

export interface ReceivedMail extends ParsedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly encrypted: boolean;
  readonly user: string | null;
  readonly at: number;
}

/** What the server does with the next mail instead of taking it. */
export type SmtpScript =
  /** Refuses the receiver with this code. */
  | { readonly refuse: number }
  /** Takes all bytes and refuses then. */
  | { readonly refuseAfterData: number }
  /** Never answers RCPT. */
  | 'hang'
  /** Keeps the mail and never answers. */
  | 'hang-after-data'
  /** Closes at RCPT. */
  | 'drop'
  /** Keeps the mail and closes without an answer. */
  | 'drop-after-data';

export interface SmtpInbox extends Inbox<ReceivedMail> {
  start(): Promise<{ port: number }>;
  stop(): Promise<void>;
  script(...steps: readonly SmtpScript[]): void;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Closes every open connection, as a mail server does with idle ones. */
  hangUp(): void;
  /** PEM of its certificate, to be trusted by the client; empty without TLS. */
  readonly certificate: string;
}

export interface SmtpInboxOptions {
  readonly encryption?: 'none' | 'starttls' | 'tls';
  readonly login?: { readonly user: string; readonly password: string };
  readonly port?: number;
}

const refusal = (code: number): Error => Object.assign(new Error('scripted refusal'), { responseCode: code });

/** A real SMTP server on loopback that keeps the mails it takes. */
export const createSmtpInbox = (options: SmtpInboxOptions = {}): SmtpInbox => {
  const inbox = createInbox<ReceivedMail>('SMTP inbox');
  const steps: SmtpScript[] = [];
  const current = new Map<string, SmtpScript | undefined>();
  const encryption = options.encryption ?? 'none';
  let connections = 0;
  let certificate = '';
  let server: SMTPServer | null = null;

  /** The outermost socket of a connection. Never the plain one beneath TLS: Node 24 crashes when that is destroyed during a handshake. */
  const sockets = (): { id: string; socket: Socket }[] =>
    [...((server?.connections ?? new Set()) as Set<{ readonly id: string; readonly _socket: Socket }>)].map((connection) => ({
      id: connection.id,
      socket: connection._socket,
    }));

  const dropSession = (session: SMTPServerSession): void => {
    for (const { id, socket } of sockets()) if (id === session.id) socket.destroy();
  };

  const build = (tls: { key?: string; cert?: string }): SMTPServer =>
    new SMTPServer({
      ...tls,
      secure: encryption === 'tls',
      disabledCommands: [...(encryption === 'none' ? ['STARTTLS'] : []), ...(options.login === undefined ? ['AUTH'] : [])],
      authOptional: options.login === undefined,
      disableReverseLookup: true,
      closeTimeout: 100,
      onAuth: (auth, _session, callback) => {
        if (auth.username === options.login?.user && auth.password === options.login?.password) callback(null, { user: auth.username });
        else callback(Object.assign(new Error('wrong user or password'), { responseCode: 535 }));
      },
      onRcptTo: (_address, session, callback) => {
        const step = steps.shift();
        current.set(session.id, step);
        if (step === 'hang') return;
        if (step === 'drop') dropSession(session);
        else callback(typeof step === 'object' && 'refuse' in step ? refusal(step.refuse) : null);
      },
      onData: (stream, session, callback) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const step = current.get(session.id);
          if (typeof step === 'object' && 'refuseAfterData' in step) {
            callback(refusal(step.refuseAfterData));
            return;
          }
          inbox.put({
            ...parseMail(Buffer.concat(parts).toString('latin1')),
            from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
            to: session.envelope.rcptTo.map(({ address }) => address),
            encrypted: session.secure,
            user: typeof session.user === 'string' ? session.user : null,
            at: Date.now(),
          });
          if (step === 'hang-after-data') return;
          if (step === 'drop-after-data') dropSession(session);
          else callback(null);
        });
      },
    });

  return {
    messages: inbox.messages,
    next: inbox.next,
    [Symbol.asyncIterator]: inbox[Symbol.asyncIterator],
    get connections() {
      return connections;
    },
    get certificate() {
      return certificate;
    },
    script: (...more) => void steps.push(...more),
    hangUp: () => {
      for (const { socket } of sockets()) socket.destroy();
    },
    start: async () => {
      let tls: { key?: string; cert?: string } = {};
      if (encryption !== 'none') {
        const made = await generate([{ name: 'commonName', value: 'localhost' }], {
          keyType: 'ec',
          extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
        });
        tls = { key: made.private, cert: made.cert };
        certificate = made.cert;
      }
      const smtp = build(tls);
      server = smtp;
      // Connections that the scripts break make noise here; the client's view is what counts.
      smtp.on('error', () => undefined);
      smtp.server.on('connection', () => {
        connections += 1;
      });
      await new Promise<void>((resolve) => smtp.listen(options.port ?? 0, '127.0.0.1', () => resolve()));
      return { port: (smtp.server.address() as AddressInfo).port };
    },
    stop: async () => {
      inbox.close();
      const smtp = server;
      if (smtp === null) return;
      for (const { socket } of sockets()) socket.destroy();
      server = null;
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
    },
  };
};
