import type { ConnectPacket } from 'aedes';

export type ConnectFault = 'version' | 'client-id' | 'malformed';

const field = (bytes: string | Uint8Array): number => 2 + Buffer.byteLength(bytes);

/** The length a CONNECT with these fields has; anything else holds bytes that nobody asked for. */
const expectedLength = ({ protocolId, clientId, will, username, password }: ConnectPacket): number =>
  field(protocolId ?? 'MQTT') +
  4 +
  field(clientId) +
  (will === undefined ? 0 : field(will.topic) + field(will.payload)) +
  (username === undefined ? 0 : field(username)) +
  (password === undefined ? 0 : field(password));

/**
 * What aedes does not look at in a CONNECT: that it is MQTT 3.1.1 and no other version (return code 1), that an empty client id comes with a
 * clean session (return code 2, MQTT-3.1.3-8), and that nothing follows the last field (no answer). Null when all is well.
 */
export const checkConnect = (packet: ConnectPacket): { readonly what: ConnectFault; readonly returnCode?: 1 | 2 } | null => {
  if (packet.protocolVersion !== 4 || packet.protocolId !== 'MQTT' || 'bridgeMode' in packet) return { what: 'version', returnCode: 1 };
  if (packet.length !== undefined && packet.length !== expectedLength(packet)) return { what: 'malformed' };
  if (packet.clientId === '' && packet.clean !== true) return { what: 'client-id', returnCode: 2 };
  return null;
};
