/**
 * A token bucket kept as one number (the generic cell rate algorithm): the instant at which the bucket would be full again. It never
 * refuses; it says how long to wait. The wait is bounded, so that a flood cannot owe for ever.
 */
export class Pace {
  readonly #every: number;
  readonly #burst: number;
  readonly #maxWait: number;
  #full = Number.NEGATIVE_INFINITY;

  /** `every`: ms a token takes to come back; `burst`: how many may come at once; `maxWait`: ms, the longest wait that is ever asked for. */
  constructor(every: number, burst: number, maxWait: number) {
    this.#every = every;
    this.#burst = burst;
    this.#maxWait = maxWait;
  }

  /** Takes one token at `now` (monotonic ms) and returns for how many ms the taker should be held: 0 within the limit. Never less than an earlier taker's end. */
  take(now: number): number {
    const tolerance = this.#burst * this.#every;
    this.#full = Math.min(Math.max(this.#full, now) + this.#every, now + tolerance + this.#maxWait);
    return Math.max(0, this.#full - now - tolerance);
  }
}
