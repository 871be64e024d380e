/** A sequence that does not go as it is written, and why it need not. */
export interface ExpectedFailure {
  /** File and name. */
  readonly sequence: string;
  readonly reason: string;
}

const because = (reason: string, ...sequences: readonly string[]): readonly ExpectedFailure[] =>
  sequences.map((sequence) => ({ sequence, reason }));

/** Every sequence of the 305 that fails. The test fails when one of these passes, too. */
export const expectedFailures: readonly ExpectedFailure[] = [
  ...because(
    'The sequence wants the CONNACK of MQTT 5 (five bytes, 0x84) for a version that nobody knows. MQTT-3.1.2-2 of 3.1.1 wants return code 1, and that is sent before the connection is closed; `test/broker/by-the-book.test.ts` shows it.',
    'CONNECT: v3.1.1 CONNECT 10 proto ver 2 [MQTT-3.1.2-2]',
    'CONNECT: v3.1.1 CONNECT 10 proto ver 6 [MQTT-3.1.2-2]',
  ),
  ...because(
    'The wrong kind of acknowledgement for a message that the server sent is answered or passed over, and the connection stays. By MQTT-4.8.0-1 it might be closed. A device that answers a command so has received it; cut for it, it would get the same command again after every reconnect. The gateway sends commands with QoS 1 at most.',
    'FLOW: v3.1.1 FLOW QoS 1 PUBLISH-PUBREC',
    'FLOW: v3.1.1 FLOW QoS 1 PUBLISH-PUBCOMP',
    'FLOW: v3.1.1 FLOW QoS 2 PUBLISH-PUBACK',
    'FLOW: v3.1.1 FLOW QoS 2 PUBLISH-PUBCOMP',
    'FLOW: v3.1.1 FLOW QoS 2 PUBLISH-PUBREC-PUBREL-PUBACK',
  ),
  ...because(
    "The sequence wants a message back before its acknowledgement, as mosquitto does it; aedes acknowledges first. MQTT sets no order between the two. The gateway sends no device's messages to anybody.",
    'OTHER: v3.1.1 OTHER subpub self publish qos1',
    'OTHER: v3.1.1 OTHER subpub retain as normal qos1',
  ),
  ...because(
    'The sequence wants a message of QoS 2 passed on when it is released (method A of MQTT 4.3.3); aedes passes it on when it has come (method B). MQTT leaves the choice. The gateway commits a call when it has come.',
    'OTHER: v3.1.1 OTHER subpub self publish qos2',
    'OTHER: v3.1.1 OTHER subpub retain as normal qos2',
  ),
  ...because(
    'A rule of mosquitto alone: a packet id used three times ends the connection. MQTT-4.3.3-2 wants each repetition acknowledged until it is released, and a call is repeated until its acknowledgement arrives.',
    'PUBLISH: v3.1.1 PUBLISH 34 QoS 2 Dup flow*3',
  ),
];
