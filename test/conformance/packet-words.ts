import { variableBytes } from './packets.ts';

const big = (value: number, bytes: 1 | 2 | 4): Buffer => {
  const out = Buffer.alloc(bytes);
  out.writeUIntBE(value, 0, bytes);
  return out;
};

/**
 * The bytes that a line of the packet sequences stands for: words separated by spaces. `i3` is one byte; `H3`, `k3`, `m3` and `s3` are two;
 * `L3` is four; `v3` and `r3` are a variable byte integer; `'text'` is its own bytes and may hold spaces; anything else is hexadecimal.
 * @throws Error when a word is none of these.
 */
export const bytesOf = (line: string): Buffer => {
  const words = line.split(' ');
  const out: Buffer[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const first = word[0] ?? '';
    if (word === '') continue;
    if (first === "'") {
      let text = word.slice(1);
      while (!text.endsWith("'") && at + 1 < words.length) {
        at += 1;
        text += ` ${words[at]}`;
      }
      out.push(Buffer.from(text.slice(0, -1)));
    } else if (/^(?:[0-9A-Fa-f]{2})+$/.test(word)) out.push(Buffer.from(word, 'hex'));
    else if (/^[iHkmsLvr]\d+$/.test(word)) {
      const value = Number(word.slice(1));
      if (first === 'v' || first === 'r') out.push(variableBytes(value));
      else out.push(big(value, first === 'i' ? 1 : first === 'L' ? 4 : 2));
    } else throw new Error(`not a word of the packet grammar: ${word}`);
  }
  return Buffer.concat(out);
};
