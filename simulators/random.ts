/**
 * Seeded randomness: the same seed gives the same street, on every machine. Not for secrets.
 *
 * `fork` gives an independent source named after what it is for, so that one home's luck does not depend on how many numbers another
 * home has drawn.
 */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A number in [low, high). */
  between(low: number, high: number): number;
  /** A whole number in [low, high], both ends included. */
  integer(low: number, high: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** Around `mean`, normal, cut off at three deviations. */
  around(mean: number, deviation: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  fork(...name: readonly (string | number)[]): Random;
}

/** FNV-1a, 32 bits: names into numbers. */
const hash = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
};

/** Promises the same sequence for the same seed. The generator is mulberry32: 32 bits of state, fast, good enough for a street. */
export const createRandom = (seed: string | number): Random => {
  const name = String(seed);
  let state = hash(name);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low: number, high: number): number => low + (high - low) * next();
  return {
    next,
    between,
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    around: (mean, deviation) => {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return mean + deviation * Math.max(-3, Math.min(3, normal));
    },
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    fork: (...parts) => createRandom(`${name}/${parts.join('/')}`),
  };
};
