import type { FrameFault } from './frame-guard.ts';
import type { Link } from './link.ts';

/**
 * Puts the link's guard between its stream and the MQTT parser, by standing in for the stream's `read`: the parser behind pulls with it,
 * and a packet that breaks a limit or the protocol never gets there. (A transform stream would do the same for twice the CPU.) What came whole
 * before it is handed on, committed and acknowledged first; then `fault` is told. `reading` says whether the broker still reads at all; `now`
 * gives the time to note.
 */
export const guardReading = (link: Link, reading: () => boolean, now: () => number, fault: (what: FrameFault) => void): void => {
  const { stream, guard } = link;
  const read = stream.read.bind(stream);
  let found: FrameFault | null = null;
  stream.read = (size?: number): unknown => {
    // What follows a CONNECT stays in the stream until the sign-in is through. A device need not wait for CONNACK (MQTT 3.1.4), may say its one
    // word and hang up; were the end of the stream reached while it is being signed in, aedes would forget what it said.
    if (!reading() || (guard.connectSeen && !link.registered)) return null;
    if (found !== null) {
      if (link.acknowledgements.owed === 0) fault(found);
      return null;
    }
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array)) return chunk;
    found = guard.see(chunk);
    if (found !== null) {
      // The parser asks again when it is through with what came before.
      if (guard.seen > 0) return chunk.subarray(0, guard.seen);
      fault(found);
      return null;
    }
    link.lastHeardAt = now();
    link.partialSince = guard.partial ? (link.partialSince !== null && !guard.restarted ? link.partialSince : link.lastHeardAt) : null;
    if (guard.seen === chunk.length) return chunk;
    stream.unshift(chunk.subarray(guard.seen));
    return chunk.subarray(0, guard.seen);
  };
};
