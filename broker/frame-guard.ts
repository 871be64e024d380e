import { PacketCheck, type PacketFault } from './packet-check.ts';

/** Why the bytes of a connection cannot go on to the parser. */
export type FrameFault = 'packet-too-large' | PacketFault;

const headerOfConnect = 0x10;
const headerOfDisconnect = 0xe0;

/**
 * Follows the packets in a stream of MQTT bytes without keeping any of them, so that one is refused by the length it announces and not after
 * it was buffered (the parser behind would buffer 200 MB, signed in or not), and by MQTT 3.1.1 where the parser is lenient. Each byte is looked
 * at once, a payload not at all.
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
  /** How many bytes of the last chunk may go on to the parser; after a fault, those of the packets before it. */
  seen = 0;
  readonly #check = new PacketCheck();
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
   * Looks at the next bytes; a fault is final. `seen` says how far it came: to the end of the chunk, or of the CONNECT when that ends in it, or
   * to the beginning of the packet at fault.
   */
  see(chunk: Uint8Array): FrameFault | null {
    const signingIn = !this.connectSeen;
    let at = 0;
    this.seen = 0;
    this.restarted = false;
    while (at < chunk.length && !(signingIn && this.connectSeen)) {
      let fault: FrameFault | null;
      if (this.#stage === 'body') {
        const end = at + Math.min(this.#length, chunk.length - at);
        fault = this.#check.see(chunk, at, end);
        this.#length -= end - at;
        at = end;
        if (this.#length === 0) fault ??= this.#finish();
      } else {
        const byte = chunk[at] ?? 0;
        if (this.#stage === 'header') this.seen = at;
        at += 1;
        fault = this.#stage === 'header' ? this.#begin(byte) : this.#measure(byte);
      }
      if (fault !== null) return fault;
    }
    this.seen = at;
    return null;
  }

  #begin(byte: number): FrameFault | null {
    // A CONNECT comes first, and once (MQTT-3.1.0-1, -2).
    if ((byte === headerOfConnect) === this.connectSeen || !this.#check.begin(byte)) return 'malformed';
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
    if (this.#length === 0) return this.#finish();
    this.#stage = 'body';
    return null;
  }

  #finish(): FrameFault | null {
    const fault = this.#check.end();
    if (fault !== null) return fault;
    if (this.#header === headerOfDisconnect) this.disconnectSeen = true;
    this.connectSeen = true;
    this.partial = false;
    this.#stage = 'header';
    return null;
  }
}
