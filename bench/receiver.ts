import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const messageSchema = z.object({ data: z.object({ device: z.string(), purpose: z.string() }) });

/** Takes webhooks and notes when the first one about each device arrived. Whether they are signed well is for the tests. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** By device, in milliseconds of `performance.now()`: when the request's head was in. */
  readonly arrivals: ReadonlyMap<string, number>;
  forget(): void;
}

/** Starts a receiver on a free port of this machine. */
export const startReceiver = async (): Promise<Receiver> => {
  const arrivals = new Map<string, number>();
  const server = createServer((request, response) => {
    const at = performance.now();
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      response.writeHead(204).end();
      const { device, purpose } = messageSchema.parse(JSON.parse(body)).data;
      if (purpose === 'raised' && !arrivals.has(device)) arrivals.set(device, at);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    arrivals,
    forget: () => arrivals.clear(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
