/** Why the bytes of a connection cannot go on to the parser. */
export type FrameFault = 'packet-too-large' | 'malformed';

const typeConnect = 1;
const headerOfDisconnect = 0xe0;

/**
 * Follows the packet borders in a stream of MQTT bytes without keeping any of them, so that a packet is refused by the length it announces
 * and not after it was buffered (the parser behind would buffer 200 MB, signed in or not). A few operations a packet.
 */
export class FrameGuard {
  /** The first packet, which must be a CONNECT, has arrived whole. */
  connectSeen = false;
  /** A DISCONNECT has arrived: the connection's end is a clean one. */
  disconnectSeen = false;
  /** A packet has begun and has not ended. */
  partial = false;
  /** A packet began in the bytes last seen: the one that is partial now is not the one that was partial before. */
  restarted = false;
  /** How many bytes of the last chunk were looked at. */
  seen = 0;
  readonly #maxConnect: number;
  readonly #maxPacket: number;
  #stage: 'header' | 'length' | 'body' = 'header';
  #header = 0;
  #length = 0;
  #unit = 1;

  constructor(maxConnectBytes: number, maxPacketBytes: number) {
    this.#maxConnect = maxConnectBytes;
    this.#maxPacket = maxPacketBytes;
  }

  /**
   * Looks at the next bytes; a fault is final. `seen` says how far it came: to the end of the chunk, or of the CONNECT when that ends in it.
   */
  see(chunk: Uint8Array): FrameFault | null {
    const signingIn = !this.connectSeen;
    let at = 0;
    this.restarted = false;
    while (at < chunk.length && !(signingIn && this.connectSeen)) {
      if (this.#stage === 'body') {
        const taken = Math.min(this.#length, chunk.length - at);
        at += taken;
        this.#length -= taken;
        if (this.#length === 0) this.#finish();
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      const fault = this.#stage === 'header' ? this.#begin(byte) : this.#measure(byte);
      if (fault !== null) return fault;
    }
    this.seen = at;
    return null;
  }

  #begin(byte: number): FrameFault | null {
    if (!this.connectSeen && byte >> 4 !== typeConnect) return 'malformed';
    this.#header = byte;
    this.#length = 0;
    this.#unit = 1;
    this.#stage = 'length';
    this.partial = true;
    this.restarted = true;
    return null;
  }

  /** One byte of the remaining length: seven bits each, lowest first, at most four (MQTT 2.2.3). */
  #measure(byte: number): FrameFault | null {
    this.#length += (byte & 0x7f) * this.#unit;
    this.#unit *= 0x80;
    if (this.#length > (this.connectSeen ? this.#maxPacket : this.#maxConnect)) return 'packet-too-large';
    if ((byte & 0x80) !== 0) return this.#unit > 0x80 ** 3 ? 'malformed' : null;
    if (this.#length === 0) this.#finish();
    else this.#stage = 'body';
    return null;
  }

  #finish(): void {
    if (this.#header === headerOfDisconnect) this.disconnectSeen = true;
    this.connectSeen = true;
    this.partial = false;
    this.#stage = 'header';
  }
}
