import { z } from 'zod';

/**
 * What one device, and all of them together, may ask of the broker. Numbers are judgement unless a source is named. Over a limit a sender
 * is slowed, or its connection cut; a message that has arrived whole is handed on whatever the limit.
 */
export const brokerLimitsSchema = z.strictObject({
  /**
   * The largest packet, fixed header not counted. Cut by its announced length, before any of it is buffered. A Zigbee2MQTT bridge lists all its
   * devices, and its own settings with their schema, in one message each at every start: some hundred KB, and cut off for it it would never speak.
   */
  maxPacketBytes: z.number().int().min(1_024).max(16_777_216).default(1_048_576),
  /** The largest CONNECT: before sign-in nobody has earned more. */
  maxConnectBytes: z.number().int().min(256).max(65_536).default(8_192),
  /** For the TLS handshake or the WebSocket upgrade. TLS costs 1.1 ms each (measured): of 10,000 at once the last waits 11 s for its turn. */
  handshakeTimeoutSeconds: z.number().min(0.1).max(300).default(30),
  /** From then on to a whole CONNECT. */
  connectTimeoutSeconds: z.number().min(0.1).max(120).default(5),
  /** From the first byte of a packet to its last. */
  packetTimeoutSeconds: z.number().min(0.1).max(600).default(30),
  /** Over all listeners. Each idle connection costs 11–20 KB, with TLS 42–72 KB (measured). */
  maxConnections: z.number().int().min(1).max(1_000_000).default(20_000),
  /** New connections a second from one address; null for no limit, as many homes may share one address. */
  maxConnectionsPerAddressPerSecond: z.number().int().min(1).nullable().default(null),
  /** A device (with its children, for a hub) may send so many messages a second for ever … */
  messagesPerSecond: z.number().min(0.1).max(100_000).default(50),
  /** … after a burst of this many, such as a hub's backlog after an outage. */
  messageBurst: z.number().int().min(1).max(1_000_000).default(500),
  /** The longest that an acknowledgement is held back for being over the limit: what bounds the wait of a call behind a flood. */
  maxHoldSeconds: z.number().min(0.01).max(30).default(2),
  /** Sign-ins of one device; over it the answer is held back, up to `maxHoldSeconds`. A battery button signs in for every press. */
  connectsPerMinute: z.number().min(1).max(10_000).default(30),
  /** A client that asks for more, or for none at all, is treated as having asked for this. */
  maxKeepAliveSeconds: z.number().int().min(1).max(65_535).default(1_200),
  maxSubscriptionsPerDevice: z.number().int().min(1).max(1_000).default(16),
  /** Commands that wait for a device with a persistent session; the oldest goes first. */
  maxQueuedCommandsPerDevice: z.number().int().min(1).max(10_000).default(50),
  /** How long `stop` waits for messages in hand to be committed and acknowledged. */
  stopGraceSeconds: z.number().min(0).max(60).default(5),
});
export type BrokerLimits = z.infer<typeof brokerLimitsSchema>;
export type BrokerLimitsInput = z.input<typeof brokerLimitsSchema>;
