/** A variable byte integer (MQTT 2.2.3), also one of five bytes, which no packet may have. */
export const variableBytes = (value: number): Buffer => {
  const out: number[] = [];
  let rest = value;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    out.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return Buffer.from(out);
};

const number = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff);
const text = (value: string): Buffer => Buffer.concat([number(Buffer.byteLength(value)), Buffer.from(value)]);
const packet = (header: number, ...fields: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(fields);
  return Buffer.concat([Buffer.of(header), variableBytes(body.length), body]);
};

/** A CONNECT of MQTT 3.1.1 with a clean session and a keep-alive of 60 s. */
export const connect = (clientId: string): Buffer => packet(0x10, text('MQTT'), Buffer.of(4, 2), number(60), text(clientId));

/** A PUBLISH with packet id 1 where one is needed. */
export const publish = (topic: string, payload: string, qos: number, retain: boolean): Buffer =>
  packet(0x30 | (qos << 1) | (retain ? 1 : 0), text(topic), qos > 0 ? number(1) : Buffer.of(), Buffer.from(payload));

export const pubrelOfOne = Buffer.of(0x62, 2, 0, 1);
export const pingreq = Buffer.of(0xc0, 0);
