import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** `silent`: takes what is sent and says nothing. `half`: begins an answer and cuts it off. `through`: is the server behind it. */
export type GateMode = 'silent' | 'half' | 'through';

export interface Gate extends AsyncDisposable {
  readonly port: number;
  answer(mode: GateMode): void;
}

/** A TCP server in front of another on this machine, which can be told to misbehave. */
export async function startGate(target: number, mode: GateMode): Promise<Gate> {
  const open = new Set<Socket>();
  let current = mode;
  const keep = (socket: Socket): Socket => {
    open.add(socket);
    // Each side is cut by the other's end; how it is cut does not matter here.
    socket.on('error', () => socket.destroy());
    return socket.on('close', () => open.delete(socket));
  };
  const server = createServer((socket) => {
    keep(socket);
    if (current === 'through') {
      const behind = keep(connect(target, '127.0.0.1'));
      socket.pipe(behind).pipe(socket);
      return;
    }
    const cut = current === 'half';
    socket.on('data', () => {
      if (cut) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"results"');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A listening TCP server has no port.');
  return {
    port: address.port,
    answer(next) {
      current = next;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
