import { describe, expect, it, vi } from 'vitest';
import { Acknowledgements } from './acknowledgements.ts';

describe('acknowledgements', () => {
  it('leave in the order of the messages', () => {
    const left: number[] = [];
    const line = new Acknowledgements(() => 0);
    const dones = [0, 1, 2].map((n) => line.expect(() => left.push(n), 0));
    dones[1]?.();
    expect(left).toEqual([]);
    dones[0]?.();
    expect(left).toEqual([0, 1]);
    expect(line.owed).toBe(1);
    dones[2]?.();
    expect(left).toEqual([0, 1, 2]);
  });

  it('wait for their time as well, unless everything must go', () => {
    vi.useFakeTimers();
    try {
      const left: string[] = [];
      const line = new Acknowledgements(() => performance.now());
      const now = performance.now();
      line.expect(() => left.push('a'), now + 50)();
      line.expect(() => left.push('b'), now + 5_000)();
      vi.advanceTimersByTime(49);
      expect(left).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(left).toEqual(['a']);
      line.hurry();
      expect(left).toEqual(['a', 'b']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('stay in order when one brings the next message at once, and leave once', () => {
    const left: number[] = [];
    const line = new Acknowledgements(() => 0);
    const next = (n: number): void => {
      line.expect(() => {
        left.push(n);
        if (n < 3_000) next(n + 1);
      }, 0)();
    };
    next(0);
    const again = line.expect(() => left.push(-1), 0);
    again();
    again();
    expect(left).toEqual([...Array.from({ length: 3_001 }, (_, n) => n), -1]);
    expect(line.owed).toBe(0);
  });

  it('are not sent into a connection that is gone', () => {
    const left: number[] = [];
    const line = new Acknowledgements(() => 0);
    const done = line.expect(() => left.push(0), 0);
    line.close();
    done();
    expect(left).toEqual([]);
  });
});
