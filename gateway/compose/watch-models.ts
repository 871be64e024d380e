import { watch } from 'node:fs';

/** An editor writes a file in several goes; so long after the last of them it is read. */
const settledMs = 250;

/**
 * Calls `onChange` a moment after anything in the folder has changed. `onLost` when the folder cannot be watched any more: then a change is seen
 * at the next start only. @returns how to stop
 */
export const watchFolder = (folder: string, onChange: () => void, onLost: (error: unknown) => void): (() => void) => {
  let timer: NodeJS.Timeout | null = null;
  const watcher = watch(folder, () => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(onChange, settledMs);
  });
  watcher.on('error', onLost);
  return () => {
    if (timer !== null) clearTimeout(timer);
    watcher.close();
  };
};
