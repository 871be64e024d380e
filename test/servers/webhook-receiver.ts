import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { createInbox, type Inbox } from './inbox.ts';

/** One request whose signature was right. */
export interface ReceivedWebhook {
  readonly id: string;
  readonly at: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: string;
  readonly body: unknown;
  /** True when this id was received before: a copy that a receiver drops. */
  readonly copy: boolean;
}

/** What the receiver does with a request instead of answering 204. */
export type WebhookScript =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Takes the message and never answers. */
  | 'hang'
  /** Takes the message and closes the connection without an answer. */
  | 'drop';

export interface WebhookReceiver extends Inbox<ReceivedWebhook> {
  start(): Promise<{ url: string }>;
  stop(): Promise<void>;
  /** What to do with the next requests, one each; afterwards 204 again. */
  script(...steps: readonly WebhookScript[]): void;
  /** Requests that were refused because their signature or their form was wrong, with the reason. */
  readonly refusals: readonly string[];
}

const largestBodyBytes = 65_536;

const read = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    const bytes = part as Buffer;
    size += bytes.length;
    if (size > largestBodyBytes) throw new Error('the body is too large');
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
};

/** A receiver of Standard Webhooks, as strict as a good one: the library checks signature and time; wrong ones get 401 and are not recorded. */
export const createWebhookReceiver = (options: {
  readonly secret: string;
  readonly port?: number;
  readonly path?: string;
}): WebhookReceiver => {
  const webhook = new Webhook(options.secret);
  const inbox = createInbox<ReceivedWebhook>('webhook receiver');
  const steps: WebhookScript[] = [];
  const refusals: string[] = [];
  const ids = new Set<string>();
  const path = options.path ?? '/hook';

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = await read(request);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    if (request.method !== 'POST' || request.url !== path || !headers['content-type']?.startsWith('application/json')) {
      refusals.push(`${request.method} ${request.url} ${headers['content-type']}`);
      response.writeHead(404).end();
      return;
    }
    let body: unknown;
    try {
      body = webhook.verify(raw, headers);
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : String(error));
      response.writeHead(401).end();
      return;
    }
    const id = headers['webhook-id'] ?? '';
    const step = steps.shift();
    inbox.put({ id, at: Date.now(), headers, raw, body, copy: ids.has(id) });
    ids.add(id);
    if (step === 'hang') return;
    if (step === 'drop') {
      request.socket.destroy();
      return;
    }
    response.writeHead(step?.status ?? 204, step?.headers).end(step?.body);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      refusals.push(String(error));
      response.destroy();
    });
  });

  return {
    messages: inbox.messages,
    next: inbox.next,
    [Symbol.asyncIterator]: inbox[Symbol.asyncIterator],
    refusals,
    script: (...more) => void steps.push(...more),
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port ?? 0, '127.0.0.1', () => {
          resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}` });
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        inbox.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
