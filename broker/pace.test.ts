import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

describe('the pace of a device', () => {
  it('lets a burst through, then holds each for as long as a token takes', () => {
    const pace = new Pace(100, 3, 10_000);
    expect([0, 0, 0, 0, 0].map((now) => pace.take(now))).toEqual([0, 0, 0, 100, 200]);
    expect(pace.take(200)).toBe(100);
    expect(pace.take(1_000)).toBe(0);
  });

  it('fills up again only to the burst', () => {
    const pace = new Pace(100, 2, 10_000);
    pace.take(0);
    expect([1e9, 1e9, 1e9].map((now) => pace.take(now))).toEqual([0, 0, 100]);
  });

  it('never asks for more than the longest wait, and is forgiven after it', () => {
    const pace = new Pace(100, 2, 500);
    for (let n = 0; n < 1_000; n++) expect(pace.take(0)).toBeLessThanOrEqual(500);
    expect(pace.take(700)).toBe(0);
  });

  it('never lets a later message go before an earlier one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 }), (gaps) => {
        const pace = new Pace(100, 5, 700);
        let now = 0;
        let last = 0;
        for (const gap of gaps) {
          now += gap;
          const leaves = now + pace.take(now);
          if (leaves < last) return false;
          last = leaves;
        }
        return true;
      }),
    );
  });
});
