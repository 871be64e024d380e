import { type Field, foreignConnect, type Shape, shapeBehindFlags, shapeOf } from './packet-shapes.ts';
import { TextCheck } from './text-check.ts';

/** `version`: a CONNECT of another version of the protocol, which is told so. Anything else that is wrong is `malformed`. */
export type PacketFault = 'malformed' | 'version';

/** The protocol names by their length: MQTT 3.1 called itself otherwise. */
const protocolNames = new Map([
  [4, 'MQTT'],
  [6, 'MQIsdp'],
]);
/** MQTT 3.1.1. */
const protocolLevel = 4;

/**
 * Follows the body of one packet field by field and keeps none of it, so that what the parser behind would let pass never gets there. Each byte
 * is looked at once, a payload not at all.
 */
export class PacketCheck {
  readonly #text = new TextCheck();
  #shape: Shape = foreignConnect;
  #field = 0;
  /** A field with a length begins with it. */
  #stage: 'number' | 'text' | 'protocol' | 'skip' = 'number';
  #ofLength = false;
  /** Bytes of the current stage that are still to come. */
  #left = 0;
  #value = 0;
  #protocol = '';
  #version = false;

  /** A packet begins; false when a client may not send one with this header. */
  begin(header: number): boolean {
    const shape = shapeOf(header);
    if (shape === null) return false;
    this.#version = false;
    this.#follow(shape);
    return true;
  }

  /** The next bytes of the body. */
  see(chunk: Uint8Array, from: number, to: number): PacketFault | null {
    let at = from;
    while (at < to) {
      if (this.#field === this.#shape.fields.length && !this.#again()) return 'malformed';
      if (this.#shape.fields[this.#field] === 'rest') return null;
      const end = Math.min(to, at + this.#left);
      switch (this.#stage) {
        case 'number':
          for (let i = at; i < end; i++) this.#value = (this.#value << 8) | (chunk[i] ?? 0);
          break;
        case 'text':
          if (!this.#text.see(chunk, at, end)) return 'malformed';
          break;
        case 'protocol':
          for (let i = at; i < end; i++) this.#protocol += String.fromCharCode(chunk[i] ?? 0);
          break;
        case 'skip':
          break;
      }
      this.#left -= end - at;
      at = end;
      if (this.#left === 0 && !this.#complete()) return 'malformed';
    }
    return null;
  }

  /** The body is complete. */
  end(): PacketFault | null {
    const missing = this.#shape.fields.length - this.#field;
    const whole = missing === 0 || (missing === 1 && this.#shape.fields[this.#field] === 'rest');
    return whole ? (this.#version ? 'version' : null) : 'malformed';
  }

  #follow(shape: Shape): void {
    this.#shape = shape;
    this.#field = -1;
    this.#next();
  }

  #next(): true {
    this.#field += 1;
    const field = this.#shape.fields[this.#field];
    this.#stage = 'number';
    this.#value = 0;
    this.#left = field === 'qos' || field === 'byte' || field === 'level' || field === 'connect-flags' ? 1 : 2;
    this.#ofLength = this.#left === 2 && field !== 'id' && field !== 'number';
    return true;
  }

  #again(): boolean {
    const { again } = this.#shape;
    if (again === undefined) return false;
    this.#field = again - 1;
    return this.#next();
  }

  /** A stage has all its bytes; false when they cannot be what they should. */
  #complete(): boolean {
    const field = this.#shape.fields[this.#field] ?? 'rest';
    if (this.#ofLength) return this.#enter(field, this.#value);
    switch (field) {
      case 'id':
        return this.#value !== 0 && this.#next();
      case 'qos':
        return this.#value <= 2 && this.#next();
      case 'level':
        this.#version ||= this.#value !== protocolLevel;
        if (this.#version) this.#follow(foreignConnect);
        else this.#next();
        return true;
      case 'connect-flags': {
        const shape = shapeBehindFlags(this.#value);
        if (shape === null) return false;
        this.#follow(shape);
        return true;
      }
      case 'protocol':
        if (this.#protocol !== protocolNames.get(this.#protocol.length)) return false;
        this.#version = this.#protocol !== 'MQTT';
        return this.#next();
      case 'text':
      case 'topic':
      case 'filter':
        return this.#text.end() && this.#next();
      case 'binary':
      case 'byte':
      case 'number':
      case 'rest':
        return this.#next();
    }
  }

  /** The length of a field is known; what it measures comes next, unless it is nothing. */
  #enter(field: Field, length: number): boolean {
    this.#ofLength = false;
    this.#left = length;
    if (field === 'protocol') {
      this.#stage = 'protocol';
      this.#protocol = '';
      return protocolNames.has(length);
    }
    if (field === 'binary') this.#stage = 'skip';
    else {
      this.#stage = 'text';
      this.#text.begin(field === 'topic' || field === 'filter' ? field : 'text');
    }
    return length > 0 || this.#complete();
  }
}
