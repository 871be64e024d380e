import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { CarebedFailure } from '../../domain/failure.ts';
import type { Language } from '../../domain/language.ts';
import { listening } from './listening.ts';
import { type Owner, ownerOf, type Receive, type Received } from './message.ts';
import { bodyOf } from './request-body.ts';
import { messageOfWebhook } from './webhook-envelope.ts';

export interface PageHome {
  readonly id: string;
  readonly name: string;
}

/** What the viewer may make happen in a home. */
export const pageActs = ['press', 'fall', 'power'] as const;
export type PageAct = (typeof pageActs)[number];

export interface PageOptions {
  readonly owners: readonly Owner[];
  readonly homes: readonly PageHome[];
  readonly act: (home: string, act: PageAct) => void;
  /** Called for every message that arrives. */
  readonly onReceived: (message: Received, owner: Owner | undefined) => void;
}

/** The page on which the street's phones lie side by side, on 127.0.0.1 alone. Webhooks arrive here as well, at `/hooks/<name>`. */
export interface PageServer {
  start(): Promise<number>;
  stop(): Promise<void>;
  /** Puts a message on its owner's phone, and on every page that is open. */
  readonly receive: Receive;
  /** A line of the story, in both languages. */
  tell(line: Readonly<Record<Language, string>>): void;
  /** Links shown at the top of the page. */
  link(name: Readonly<Record<Language, string>>, url: string): void;
}

const mostKept = 500;
const html = readFileSync(join(import.meta.dirname, 'page.html'));
const headers = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

export const createPageServer = (options: PageOptions): PageServer => {
  const open = new Set<ServerResponse>();
  const kept: { event: string; data: unknown }[] = [];
  const emit = (event: string, data: unknown): void => {
    kept.push({ event, data });
    if (kept.length > mostKept) kept.shift();
    for (const response of open) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const receive = (message: Received): void => {
    const owner = ownerOf(options.owners, message);
    const { channel, title, text, link, at } = message;
    emit('message', { channel, title, text, link, at, owner: owner?.id ?? null });
    options.onReceived(message, owner);
  };

  const follow = (response: ServerResponse): void => {
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
    const street = { owners: options.owners.map(({ id, name, role, language }) => ({ id, name, role, language })), homes: options.homes };
    response.write(`event: street\ndata: ${JSON.stringify(street)}\n\n`);
    for (const { event, data } of kept) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    open.add(response);
    response.on('close', () => open.delete(response));
  };

  const act = (request: IncomingMessage, response: ServerResponse, home: string, name: string): void => {
    // A page of another site must not be able to press a button here.
    const site = request.headers['sec-fetch-site'];
    const known = pageActs.find((a) => a === name);
    if ((site !== undefined && site !== 'same-origin') || known === undefined) return void response.writeHead(403, headers).end();
    try {
      options.act(home, known);
      response.writeHead(204, headers).end();
    } catch (error) {
      if (!(error instanceof CarebedFailure)) throw error;
      response.writeHead(error.status, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(error.message);
    }
  };

  const takeWebhook = async (request: IncomingMessage, response: ServerResponse, name: string): Promise<void> => {
    const message = messageOfWebhook(name, await bodyOf(request));
    if (message !== null) receive(message);
    response.writeHead(message === null ? 400 : 204, headers).end();
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://phones');
    const [, folder, name = '', what = ''] = pathname.split('/').map(decodeURIComponent);
    if (request.method === 'POST' && folder === 'hooks') await takeWebhook(request, response, name);
    else if (request.method === 'POST' && folder === 'homes') act(request, response, name, what);
    else if (request.method !== 'GET') response.writeHead(405, headers).end();
    else if (pathname === '/live') follow(response);
    else if (pathname === '/') response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' }).end(html);
    else response.writeHead(404, headers).end();
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(400, headers);
      response.end();
    });
  });
  return {
    start: async () => listening(server.listen(0, '127.0.0.1')),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    receive,
    tell: (line) => emit('story', { ...line, at: Date.now() }),
    link: (name, url) => emit('link', { ...name, url }),
  };
};
