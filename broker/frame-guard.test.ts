import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameGuard } from './frame-guard.ts';

const lengthBytes = (length: number): number[] => {
  const out: number[] = [];
  let rest = length;
  do {
    const byte = rest & 0x7f;
    rest >>= 7;
    out.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return out;
};
const packet = (first: number, body: readonly number[]): Uint8Array => Uint8Array.from([first, ...lengthBytes(body.length), ...body]);
/** A CONNECT of 14 bytes: clean session, no keep-alive, client id `ab`. */
const connect = packet(0x10, [0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 0, 0, 2, 0x61, 0x62]);
/** A PUBLISH to `t` whose remaining length is `length`, at least 3. */
const publish = (length: number): Uint8Array => packet(0x30, [0, 1, 0x74, ...new Uint8Array(length - 3)]);
const join = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

describe('the guard', () => {
  it('sees the same in a stream however it is cut into chunks', () => {
    const sizes = fc.array(fc.integer({ min: 3, max: 400 }), { maxLength: 10 });
    const cuts = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sizes, cuts, fc.boolean(), (lengths, steps, more) => {
        const stream = join([connect, ...lengths.map(publish), ...(more ? [Uint8Array.of(0x30)] : [])]);
        const guard = new FrameGuard(100, 300);
        let fault: string | null = null;
        for (let at = 0, n = 0; at < stream.length && fault === null; n++) {
          fault = guard.see(stream.subarray(at, at + (steps[n % steps.length] ?? 1)));
          at += guard.seen;
        }
        const tooLarge = lengths.some((length) => length > 300);
        expect(fault).toBe(tooLarge ? 'packet-too-large' : null);
        if (!tooLarge) expect(guard.partial).toBe(more);
      }),
    );
  });

  it('looks no further than the CONNECT, once', () => {
    const guard = new FrameGuard(100, 1_000);
    guard.see(join([connect, publish(500)]));
    expect([guard.seen, guard.connectSeen, guard.partial]).toEqual([16, true, false]);
    guard.see(join([publish(500), publish(500)]));
    expect(guard.seen).toBe(2 * 503);
  });

  it('refuses by the announced length alone', () => {
    const guard = new FrameGuard(100, 1_000);
    expect(guard.see(Uint8Array.of(0x10, 0xff, 0x7f))).toBe('packet-too-large');
  });

  it('knows a clean end, which is exactly a DISCONNECT', () => {
    for (const [bytes, clean] of [
      [Uint8Array.of(0xe0, 0), true],
      [Uint8Array.of(0xe1, 0), false],
      [Uint8Array.of(0xe0, 1, 0), false],
      [Uint8Array.of(0xc0, 0), false],
    ] as const) {
      const guard = new FrameGuard(100, 1_000);
      guard.see(connect);
      guard.see(bytes);
      expect(guard.disconnectSeen).toBe(clean);
    }
  });

  it('lets what came whole before a fault go on, and nothing of the packet at fault', () => {
    const bad = packet(0x30, [0, 1, 0x23]);
    for (const [chunk, through] of [
      [join([publish(10), publish(10), bad, publish(10)]), 24],
      [join([publish(10), bad.subarray(0, 3)]), 15],
      [bad, 0],
    ] as const) {
      const guard = new FrameGuard(100, 1_000);
      guard.see(connect);
      expect(guard.see(chunk)).toBe(chunk.length === 15 ? null : 'malformed');
      expect(guard.seen).toBe(through);
      if (chunk.length !== 15) continue;
      expect(guard.see(bad.subarray(3))).toBe('malformed');
      expect(guard.seen).toBe(0);
    }
  });

  it('takes a CONNECT first and once, nothing else, and no length of five bytes', () => {
    expect(new FrameGuard(100, 1_000).see(Uint8Array.of(0x30, 0))).toBe('malformed');
    expect(new FrameGuard(100, 1_000).see(Uint8Array.of(0x10, 0x80, 0x80, 0x80, 0x80))).toBe('malformed');
  });
});
