import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** How long the other side may take to say or to end something: long for a busy machine, as nothing that goes well waits for it. */
const patienceMs = 5_000;

/** A TCP connection that is read by the number of bytes wanted. */
export class Wire {
  readonly #socket: Socket;
  #heard = Buffer.alloc(0);
  #ended = false;
  #stir: (() => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      this.#heard = Buffer.concat([this.#heard, bytes]);
      this.#stir?.();
    });
    // A reset is an end as well.
    socket.on('error', () => {});
    for (const end of ['end', 'close'] as const) {
      socket.on(end, () => {
        this.#ended = true;
        this.#stir?.();
      });
    }
  }

  static async to(address: Address): Promise<Wire> {
    const socket = connect(address);
    socket.setNoDelay(true);
    await once(socket, 'connect');
    return new Wire(socket);
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** So many bytes. @throws Error when the connection ends, or nothing comes for 5 s, before there are as many. */
  async read(length: number): Promise<Buffer> {
    while (this.#heard.length < length) {
      if (this.#ended) throw new Error(`closed after ${this.#heard.length} of ${length} bytes`);
      if (!(await this.#stirred())) throw new Error('timed out');
    }
    const bytes = this.#heard.subarray(0, length);
    this.#heard = this.#heard.subarray(length);
    return bytes;
  }

  /** One whole packet. @throws Error as `read`. */
  async packet(): Promise<{ readonly header: number; readonly body: Buffer }> {
    const [header = 0] = await this.read(1);
    let length = 0;
    let unit = 1;
    for (;;) {
      const [byte = 0] = await this.read(1);
      length += (byte & 0x7f) * unit;
      unit *= 128;
      if ((byte & 0x80) === 0) break;
    }
    return { header, body: await this.read(length) };
  }

  /** Waits for the other side to hang up. @throws Error when it says something or stays. */
  async end(): Promise<void> {
    while (this.#heard.length === 0 && !this.#ended) {
      if (!(await this.#stirred())) throw new Error('still connected after 5 s');
    }
    if (this.#heard.length > 0) throw new Error(`still connected, said ${this.#heard.toString('hex')}`);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** True when something came or ended, false when the patience is over. */
  #stirred(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), patienceMs);
      const settle = (stirred: boolean): void => {
        clearTimeout(timer);
        this.#stir = null;
        resolve(stirred);
      };
      this.#stir = () => settle(true);
    });
  }
}
