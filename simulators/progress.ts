/** Where progress is written: a terminal gets one bar that moves, anything else a plain line every so often. */
export interface Progress {
  /** @param part 0 to 1. */
  show(part: number, text: string): void;
  /** Ends the bar, so that the next line stands by itself. */
  end(): void;
}

const barWidth = 24;
const plainEveryMs = 5_000;

export const createProgress = (out: NodeJS.WriteStream, monotonic: () => number): Progress => {
  let lastPlain = Number.NEGATIVE_INFINITY;
  return {
    show: (part, text) => {
      const share = Math.max(0, Math.min(1, part));
      if (out.isTTY) {
        const done = Math.round(share * barWidth);
        out.write(`\r\u001b[2K${'█'.repeat(done)}${'░'.repeat(barWidth - done)} ${Math.round(share * 100)}% ${text}`);
      } else if (monotonic() - lastPlain >= plainEveryMs) {
        lastPlain = monotonic();
        out.write(`${Math.round(share * 100)}% ${text}\n`);
      }
    },
    end: () => {
      if (out.isTTY) out.write('\n');
    },
  };
};
