/** One message between being handed over and being acknowledged. */
interface Entry {
  readonly acknowledge: () => void;
  /** Monotonic ms before which the acknowledgement may not leave. */
  readonly dueAt: number;
  committed: boolean;
}

/** A line that never runs empty is shortened after so many. */
const compactAfter = 1_024;

/**
 * The acknowledgements that one connection is owed, in the order in which its messages came (MQTT-4.6.0-2). One leaves when its message
 * has been committed and its time has come. While some are owed the connection is read no further than the chunk in hand: this is the
 * back-pressure that slows a sender.
 */
export class Acknowledgements {
  readonly #monotonic: () => number;
  #entries: Entry[] = [];
  #head = 0;
  #draining = false;
  #closed = false;
  #hurried = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** How many are owed. */
  get owed(): number {
    return this.#entries.length - this.#head;
  }

  /**
   * Puts a message in the line. The function returned says that it has been committed; `acknowledge` is called at its place in the line, not
   * before `dueAt` (monotonic ms; 0 for at once).
   */
  expect(acknowledge: () => void, dueAt: number): () => void {
    const entry: Entry = { acknowledge, dueAt, committed: false };
    this.#entries.push(entry);
    return () => {
      entry.committed = true;
      this.#drain();
    };
  }

  /** Lets everything go that is only held back for pace. */
  hurry(): void {
    this.#hurried = true;
    clearTimeout(this.#timer);
    this.#drain();
  }

  /** The connection is gone: nothing more is sent. What was handed over is committed all the same. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#entries = [];
    this.#head = 0;
  }

  #drain(): void {
    // An acknowledgement may read the next chunk and come back here before it returns.
    if (this.#draining || this.#closed) return;
    this.#draining = true;
    while (!this.#closed) {
      const entry = this.#entries[this.#head];
      if (entry === undefined || !entry.committed) break;
      if (entry.dueAt > 0 && !this.#hurried) {
        const wait = entry.dueAt - this.#monotonic();
        if (wait > 0) {
          clearTimeout(this.#timer);
          this.#timer = setTimeout(() => this.#drain(), Math.ceil(wait));
          break;
        }
      }
      this.#head += 1;
      if (this.#head === this.#entries.length) {
        this.#entries = [];
        this.#head = 0;
      } else if (this.#head >= compactAfter) {
        this.#entries = this.#entries.slice(this.#head);
        this.#head = 0;
      }
      entry.acknowledge();
    }
    this.#draining = false;
  }
}
