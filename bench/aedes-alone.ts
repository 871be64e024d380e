import { createServer, type AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { Pool } from 'undici';

/**
 * The yardstick, as a program: aedes with nothing behind it. With an address as its argument it does for a message on a topic ending in
 * `/event` the least that telling somebody can be: one POST. Prints its port.
 */
const tell = process.argv[2];
const aedes = await Aedes.createBroker();
if (tell !== undefined) {
  const { origin, pathname } = new URL(tell);
  const pool = new Pool(origin);
  aedes.on('publish', (packet) => {
    if (!packet.topic.endsWith('/event')) return;
    const device = packet.topic.split('/')[2];
    const body = JSON.stringify({ data: { device, purpose: 'raised' } });
    pool.request({ method: 'POST', path: pathname, headers: { 'content-type': 'application/json' }, body }).then(
      (answer) => answer.body.dump(),
      (error: unknown) => console.error(error),
    );
  });
}
const server = createServer({ noDelay: true }, (socket) => aedes.handle(socket));
server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, () => console.log((server.address() as AddressInfo).port));
