import type { FrameFault } from './frame-guard.ts';
import type { Link } from './link.ts';

/**
 * Puts the link's guard between its stream and the MQTT parser, by standing in for the stream's `read`: the parser behind pulls with it,
 * and a chunk that breaks a limit never gets there. (A transform stream would do the same for twice the CPU.) `reading` says whether the
 * broker still reads at all; `now` gives the time to note.
 */
export const guardReading = (link: Link, reading: () => boolean, now: () => number, fault: (what: FrameFault) => void): void => {
  const { stream, guard } = link;
  const read = stream.read.bind(stream);
  stream.read = (size?: number): unknown => {
    if (!reading()) return null;
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array)) return chunk;
    const found = guard.see(chunk);
    if (found !== null) {
      fault(found);
      return null;
    }
    link.lastHeardAt = now();
    link.partialSince = guard.partial ? (link.partialSince !== null && !guard.restarted ? link.partialSince : link.lastHeardAt) : null;
    return chunk;
  };
};
