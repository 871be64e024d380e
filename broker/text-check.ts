/** What a string in a packet is for: any words, the name of a topic, or a filter that topics are matched against. */
export type TextKind = 'text' | 'topic' | 'filter';

const space = 0x20;
const del = 0x7f;
const letter = 0x61;
const slash = 0x2f;
const plus = 0x2b;
const hash = 0x23;

const without = (...bytes: readonly number[]): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => (byte >= space && byte < del && !bytes.includes(byte) ? 1 : 0));
/** By kind, 1 for each byte that may stand there and needs no further look. */
const plainBytes: { readonly [Kind in TextKind]: Uint8Array } = {
  text: without(),
  topic: without(plus, hash),
  filter: without(plus, hash, slash),
};

/** The first code point that needs a second, third and fourth byte: a longer form of a smaller one is ill-formed (RFC 3629). */
const least = [0, 0x80, 0x800, 0x1_0000] as const;

/** Surrogates and what lies beyond Unicode are ill-formed (MQTT-1.5.3-1); C1 controls and non-characters are those a server may refuse. */
const isRefused = (point: number): boolean =>
  point < 0xa0 ||
  (point >= 0xd800 && point <= 0xdfff) ||
  point > 0x10_ffff ||
  (point >= 0xfdd0 && point <= 0xfdef) ||
  (point & 0xfffe) === 0xfffe;

/**
 * Follows the bytes of one string and keeps none of them. It accepts well-formed UTF-8 without NUL (MQTT-1.5.3-1, -2), without control
 * characters and non-characters (MQTT 1.5.3 lets a server close for them), a topic without wildcards (MQTT-4.7.1-1), and a filter whose
 * wildcards fill their level (MQTT-4.7.1-2, -3). Topics and filters are not empty (MQTT-4.7.3-1).
 */
export class TextCheck {
  #kind: TextKind = 'text';
  /** Bytes of a character that are still to come. */
  #more = 0;
  #point = 0;
  #least = 0;
  #empty = true;
  /** Where in its level a filter is: nothing of it yet, some of it, behind `+`, behind `#`. */
  #level: 'begin' | 'inside' | 'one' | 'rest' = 'begin';

  begin(kind: TextKind): void {
    this.#kind = kind;
    this.#more = 0;
    this.#empty = true;
    this.#level = 'begin';
  }

  /** The next bytes of the string; false when it cannot be one. */
  see(chunk: Uint8Array, from: number, to: number): boolean {
    const plain = plainBytes[this.#kind];
    this.#empty &&= from === to;
    let at = from;
    while (at < to) {
      if (this.#more === 0) {
        // Nearly all there ever is: a plain byte changes nothing but where in its level a filter is.
        const begun = at;
        while (at < to && plain[chunk[at] ?? 0] === 1) at++;
        if (at > begun && this.#kind === 'filter' && !this.#inLevel(letter)) return false;
        if (at === to) break;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      if (this.#more > 0 || byte >= 0x80 ? !this.#multibyte(byte) : this.#kind !== 'filter' || byte < space || byte === del) return false;
      if (this.#kind === 'filter' && !this.#inLevel(byte)) return false;
    }
    return true;
  }

  /** The string is complete; false when it ends in the middle of a character, or is empty and must not be. */
  end(): boolean {
    return this.#more === 0 && !(this.#empty && this.#kind !== 'text');
  }

  #multibyte(byte: number): boolean {
    if (this.#more === 0) {
      if (byte < 0xc2 || byte > 0xf4) return false;
      this.#more = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
      this.#least = least[this.#more] ?? 0;
      this.#point = byte & (0x3f >> this.#more);
      return true;
    }
    if ((byte & 0xc0) !== 0x80) return false;
    this.#point = (this.#point << 6) | (byte & 0x3f);
    this.#more -= 1;
    return this.#more > 0 || (this.#point >= this.#least && !isRefused(this.#point));
  }

  #inLevel(byte: number): boolean {
    if (this.#level === 'rest') return false;
    if (byte === slash) {
      this.#level = 'begin';
      return true;
    }
    const wild = byte === plus || byte === hash;
    if (this.#level !== 'begin' && (wild || this.#level === 'one')) return false;
    this.#level = byte === plus ? 'one' : byte === hash ? 'rest' : 'inside';
    return true;
  }
}
