/** Everything the broker counts. A name keeps its meaning for ever: dashboards hang on it. */
export const brokerCounterNames = [
  'connections',
  'signed-in',
  'taken-over',
  'refused-version', // not MQTT 3.1.1: CONNACK 1
  'refused-client-id', // empty client id with clean session 0: CONNACK 2
  'refused-credentials', // unknown device, wrong or no secret: CONNACK 4
  'refused-disabled', // right secret, device out of service: CONNACK 5
  'refused-full', // over maxConnections
  'refused-address-rate', // over maxConnectionsPerAddressPerSecond
  'connect-timeout',
  'packet-too-large',
  'cut-stalled', // a packet begun and not finished in time
  'cut-keep-alive',
  'cut-foreign-topic', // published outside its own prefix
  'cut-protocol-error', // bytes that are not MQTT, or not allowed there
  'cut-by-gateway', // asked for by `disconnect`
  'slowed-message', // acknowledgement held back for being over the rate
  'slowed-sign-in',
  'subscription-refused', // SUBACK 0x80
  'message',
  'will',
  'will-withheld', // of a connection that was taken over, or ended by the gateway stopping
  'command-sent',
  'command-queued',
  'command-dropped', // the queue of an absent device was full
  'accept-failed', // the seam threw, which it promises not to: no acknowledgement goes out
  'listener-error',
] as const;
export type BrokerCounterName = (typeof brokerCounterNames)[number];

/** Where the broker reports what it counts. Must not throw. */
export interface BrokerCounters {
  count(name: BrokerCounterName, by?: number): void;
}
