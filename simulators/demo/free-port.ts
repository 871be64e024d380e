import { once } from 'node:events';
import { createServer } from 'node:net';
import { listening } from '../phones/listening.ts';

/** The wanted port of 127.0.0.1 when it is free, another one when it is not. */
export const freePort = async (wanted: number): Promise<number> => {
  const tryPort = async (port: number): Promise<number> => {
    const server = createServer();
    const found = await listening(server.listen(port, '127.0.0.1'));
    server.close();
    await once(server, 'close');
    return found;
  };
  try {
    return await tryPort(wanted);
  } catch {
    return tryPort(0);
  }
};
