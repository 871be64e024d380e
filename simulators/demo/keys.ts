import type { PageAct } from '../phones/page-server.ts';

/** What the keys of the terminal do: digits choose a home, a letter does something there. */
export interface Keys {
  start(): void;
  stop(): void;
}

const acts: Readonly<Record<string, PageAct>> = { p: 'press', f: 'fall', d: 'power' };

/** Listens to single keys where there is a terminal, and does nothing where there is none. Ctrl-C and q leave. */
export const createKeys = (options: {
  readonly input: NodeJS.ReadStream;
  readonly act: (home: number, act: PageAct) => void;
  readonly leave: () => void;
}): Keys => {
  const { input } = options;
  let digits = '';
  const onData = (data: Buffer): void => {
    for (const key of data.toString('utf8')) {
      if (key === '\u0003' || key === 'q') return options.leave();
      if (/\d/.test(key)) {
        digits = (digits + key).slice(-5);
        continue;
      }
      const act = acts[key];
      if (act !== undefined) options.act(digits === '' ? 1 : Number(digits), act);
      digits = '';
    }
  };
  return {
    start: () => {
      if (!input.isTTY) return;
      input.setRawMode(true);
      input.on('data', onData);
    },
    stop: () => {
      if (!input.isTTY) return;
      input.setRawMode(false);
      input.off('data', onData);
      input.pause();
    },
  };
};
