import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextCheck, type TextKind } from './text-check.ts';
import { isTopicFilter, isTopicName } from './topic.ts';

/** What the check says of these bytes, given in pieces of `step`. */
const accepts = (kind: TextKind, bytes: Uint8Array, step = bytes.length): boolean => {
  const check = new TextCheck();
  check.begin(kind);
  for (let at = 0; at < bytes.length; at += step) {
    if (!check.see(bytes, at, Math.min(bytes.length, at + step))) return false;
  }
  return check.end();
};

/** The same by other means: Node's own decoder, and the code points that MQTT 1.5.3 lets a server refuse. */
const isText = (bytes: Uint8Array): boolean => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return !/[\p{Cc}\p{Noncharacter_Code_Point}]/u.test(text);
  } catch {
    return false;
  }
};

const step = fc.integer({ min: 1, max: 7 });
const anyBytes = fc.uint8Array({ maxLength: 12 });
/** Strings of the code points at which something changes, written as UTF-8 would, right or not. */
const edges = [0, 0x1f, 0x20, 0x7e, 0x7f, 0x80, 0x9f, 0xa0, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xfdcf, 0xfdd0, 0xfdef, 0xfdf0];
const higher = [0xfeff, 0xfffd, 0xfffe, 0xffff, 0x1_0000, 0x1_fffe, 0x10_fffd, 0x10_ffff, 0x11_0000, 0x1f_ffff];
const written = fc.array(fc.tuple(fc.constantFrom(...edges, ...higher), fc.integer({ min: 1, max: 4 })), { maxLength: 4 }).map((points) =>
  Uint8Array.from(
    points.flatMap(([point, length]) => {
      if (length === 1) return [point & 0xff];
      const rest = Array.from({ length: length - 1 }, (_, i) => 0x80 | ((point >> (6 * (length - 2 - i))) & 0x3f));
      return [((0xf00 >> length) & 0xff) | ((point >> (6 * (length - 1))) & (0x7f >> length)), ...rest];
    }),
  ),
);

describe('a text', () => {
  it('is well-formed UTF-8 without control characters and non-characters, however it is cut', () => {
    fc.assert(
      fc.property(fc.oneof(anyBytes, written), step, (bytes, by) => {
        expect(accepts('text', bytes, by)).toBe(isText(bytes));
      }),
      { numRuns: 5_000 },
    );
  });

  it('of any language passes, and may be empty', () => {
    for (const text of ['', '床位 3', 'łóżko', '🛏️', '\u{feff}', 'a+#b']) expect(accepts('text', Buffer.from(text)), text).toBe(true);
  });
});

describe('a topic and a filter', () => {
  it('are told apart as elsewhere in the broker, however they are cut', () => {
    const words = fc.array(fc.constantFrom('a', '+', '#', '/', '床'), { maxLength: 7 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(words, step, (text, by) => {
        expect(accepts('topic', Buffer.from(text), by)).toBe(isTopicName(text));
        expect(accepts('filter', Buffer.from(text), by)).toBe(isTopicFilter(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
