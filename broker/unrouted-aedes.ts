import { Aedes, type Client, type PublishPacket } from 'aedes';

type Done = (error?: Error) => void;

/**
 * aedes without its routing. What devices say ends at the gateway: when a message comes here it has been committed and nobody else is to
 * hear it, so there is nothing to store, to match or to emit. Commands are written straight to their one receiver (`device-commands.ts`):
 * through the router one receiver that does not read would hold up everybody. aedes's own `$SYS` messages have no listener either.
 */
export class UnroutedAedes extends Aedes {
  override publish(_packet: PublishPacket, clientOrDone: Client | null | Done, done?: Done): void {
    const finished = typeof clientOrDone === 'function' ? clientOrDone : done;
    finished?.();
  }
}
