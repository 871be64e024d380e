import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

/** What a run of the tests came to, as the reporter writes it down and the runner reads it. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Tests that did not run although nobody asked for a selection. They count as failed: nothing is skipped quietly. */
  readonly skipped: number;
  /** False as long as the run has not come to its end: a crash leaves it so. */
  readonly finished: boolean;
}

/** The environment variable naming the file into which the counts are written. */
export const countsFileVariable = 'CAREBED_TEST_COUNTS';

/**
 * A vitest reporter that counts and prints nothing. It writes the counts after every file, so that a run that is killed
 * half-way still leaves what it knew. Counted as failed beside failed tests: a file that could not be loaded, a hook that threw,
 * an error that no test caught, and a run in which no test was found.
 */
export default class CountReporter implements Reporter {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #selected = false;

  onInit(vitest: Vitest): void {
    this.#selected = vitest.config.testNamePattern !== undefined;
    this.#write(false);
  }

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result();
    if (state === 'passed') this.#passed += 1;
    else if (state === 'failed') this.#failed += 1;
    else if (state === 'skipped' && !this.#selected) this.#skipped += 1;
  }

  onTestModuleEnd(module: TestModule): void {
    this.#failed += module.errors().length;
    for (const suite of module.children.allSuites()) this.#failed += suite.errors().length;
    this.#write(false);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.#failed += unhandled.length;
    if (modules.length === 0) this.#failed += 1;
    this.#write(true);
  }

  #write(finished: boolean): void {
    const file = process.env[countsFileVariable];
    if (file === undefined) return;
    const counts: Counts = { passed: this.#passed, failed: this.#failed, skipped: this.#skipped, finished };
    writeFileSync(file, JSON.stringify(counts));
  }
}
