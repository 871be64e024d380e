import { once } from 'node:events';
import type { Server } from 'node:net';

/** Waits until a server listens, and says on which port. */
export const listening = async (server: Server): Promise<number> => {
  if (!server.listening) await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
};
