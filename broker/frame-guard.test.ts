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
const packet = (first: number, length: number): Uint8Array => Uint8Array.from([first, ...lengthBytes(length), ...new Uint8Array(length)]);
const join = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

describe('the guard', () => {
  it('sees the same in a stream however it is cut into chunks', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 10 });
    const cuts = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sizes, cuts, fc.boolean(), (lengths, steps, more) => {
        const stream = join([packet(0x10, 20), ...lengths.map((length) => packet(0x30, length)), ...(more ? [Uint8Array.of(0x30)] : [])]);
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
    guard.see(join([packet(0x10, 20), packet(0x30, 500)]));
    expect([guard.seen, guard.connectSeen, guard.partial]).toEqual([22, true, false]);
    guard.see(join([packet(0x30, 500), packet(0x30, 500)]));
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
      [Uint8Array.of(0xc0, 0), false],
    ] as const) {
      const guard = new FrameGuard(100, 1_000);
      guard.see(packet(0x10, 20));
      guard.see(bytes);
      expect(guard.disconnectSeen).toBe(clean);
    }
  });

  it('takes nothing but a CONNECT first, and no length of five bytes', () => {
    expect(new FrameGuard(100, 1_000).see(Uint8Array.of(0x30, 0))).toBe('malformed');
    expect(new FrameGuard(100, 1_000).see(Uint8Array.of(0x10, 0x80, 0x80, 0x80, 0x80))).toBe('malformed');
  });
});
