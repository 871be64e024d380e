import type { Aedes, AuthenticateError } from 'aedes';
import type { DeviceId } from '../domain/ids.ts';
import type { BrokerContext } from './context.ts';
import type { Link } from './link.ts';
import type { SignIn } from './sign-in.ts';

/** Answers a CONNECT with a CONNACK that refuses it, without a session (MQTT 3.2), and calls `written` when it is on its way. */
export const refuse = (link: Link, returnCode: 1 | 2, written: () => void): void => {
  link.endReason = 'refused';
  link.stream.write(Uint8Array.of(0x20, 2, 0, returnCode), written);
};

const nothing = (): void => {};

/**
 * From CONNECT to the end of the connection: who it is, that there is one connection a device, and the words about it that go to the
 * gateway: online when it has signed in, offline when its one connection has gone. A take-over is online again, never offline; the
 * gateway's own stopping says nothing about anybody.
 */
export const attachSigningIn = (aedes: Aedes, context: BrokerContext, signIn: SignIn): { closed: (link: Link) => void } => {
  const { limits, counters, clock, linkOf, current } = context;

  const announce = (sender: DeviceId, online: boolean, why: string): void => {
    try {
      context.accept({ type: 'connection', sender, online, why, receivedAt: clock.now() }, nothing);
    } catch {
      counters.count('accept-failed');
    }
  };

  aedes.preConnect = (client, packet, callback) => {
    const link = linkOf.get(client);
    if (link === undefined) return callback(new Error('no link'), false);
    if (packet.clientId === '' && packet.clean !== true) {
      // MQTT-3.1.3-8. The answer must be on its way before the connection goes.
      counters.count('refused-client-id');
      return refuse(link, 2, () => callback(new Error('client-id'), false));
    }
    const asked = packet.keepalive ?? 0;
    link.idleLimitMs = 1_500 * (asked === 0 ? limits.maxKeepAliveSeconds : Math.min(asked, limits.maxKeepAliveSeconds));
    // The watchdog keeps the time: aedes's own timer would cut a client whose acknowledgements the gateway holds back.
    packet.keepalive = 0;
    link.will = packet.will ?? null;
    callback(null, true);
  };

  aedes.authenticate = (client, username, password, callback) => {
    const link = linkOf.get(client);
    if (link === undefined) return callback(null, false);
    const result = signIn({ clientId: client.id, username, password });
    if (!result.ok) {
      counters.count(result.returnCode === 5 ? 'refused-disabled' : 'refused-credentials');
      link.endReason = 'refused';
      return callback(Object.assign(new Error('refused'), { returnCode: result.returnCode }) as AuthenticateError, null);
    }
    const { device } = result;
    const proceed = (): void => {
      if (client.closed) return;
      link.identity = result;
      link.replaces = current.get(device) ?? null;
      if (link.replaces !== null) link.replaces.superseded = true;
      // The session is the device's, whatever the client calls itself: one connection a device, and nobody can take over another's.
      client.id = device;
      callback(null, true);
    };
    const wait = context.paceOf(device).signIns.take(clock.monotonic());
    if (wait <= 0) return proceed();
    counters.count('slowed-sign-in');
    setTimeout(proceed, wait);
  };

  aedes.on('client', (client) => {
    const link = linkOf.get(client);
    const device = link?.identity?.device;
    // aedes registers even a client that has closed while it was being signed in.
    if (link === undefined || device === undefined || client.closed) return;
    const before = current.get(device);
    current.set(device, link);
    link.registered = true;
    link.replaces = null;
    counters.count('signed-in');
    if (before !== undefined) {
      counters.count('taken-over');
      before.end('taken-over');
    }
    announce(device, true, before === undefined ? 'connected' : 'taken-over');
  });

  return {
    closed(link) {
      if (!link.registered && link.replaces !== null) link.replaces.superseded = false;
      const device = link.identity?.device;
      if (device === undefined || current.get(device) !== link) return;
      current.delete(device);
      if (!context.stopping) announce(device, false, link.endReason ?? (link.guard.disconnectSeen ? 'disconnected' : 'lost'));
    },
  };
};
