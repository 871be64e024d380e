import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { expectedFailures } from './expected-failures.ts';
import { openBroker } from './open-broker.ts';
import { runSequence } from './run-sequence.ts';
import { readSequences, type Sequence } from './sequences.ts';

const sequences = readSequences();
const files = [...new Set(sequences.map((sequence) => sequence.file))];
const nameOf = (sequence: Sequence): string => `${sequence.file}: ${sequence.name}`;
const reasons = new Map(expectedFailures.map(({ sequence, reason }) => [sequence, reason]));

const other = z.object({ version: z.string(), failing: z.array(z.string()) });
const yardsticks = z
  .object({ measured: z.string(), mosquitto: other, aedes: other })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'yardsticks.json'), 'utf8')));
const page = readFileSync(join(import.meta.dirname, '../../docs/mqtt-conformance.md'), 'utf8');

/** So many at a time: most of a run is waiting for a server to hang up or to show that it does not. */
const atOnce = 24;
/** What was different, by the name of the sequence. */
const differences = new Map<string, string>();

beforeAll(async () => {
  const waiting = [...sequences];
  const play = async (): Promise<void> => {
    for (let sequence = waiting.shift(); sequence !== undefined; sequence = waiting.shift()) {
      // A broker for each: they use the same client ids and topics.
      const broker = await openBroker();
      const difference = await runSequence(sequence, broker.address);
      if (difference !== null) differences.set(nameOf(sequence), difference);
      await broker.close();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, play));
}, 60_000);

describe('the broker as the gateway builds it', () => {
  it('is played all 305 sequences of MQTT 3.1.1', () => {
    expect(sequences.length).toBe(305);
    expect(new Set(sequences.map(nameOf)).size).toBe(305);
  });

  for (const file of files) {
    it(`goes through the sequences about ${file} as written, but for those that are known, each with its reason`, () => {
      const here = sequences.filter((sequence) => sequence.file === file).map(nameOf);
      const unexpected = here
        .filter((name) => differences.has(name) && !reasons.has(name))
        .map((name) => `${name}: ${differences.get(name)}`);
      const mended = here.filter((name) => !differences.has(name) && reasons.has(name));
      expect({ unexpected, mended }).toEqual({ unexpected: [], mended: [] });
    });
  }

  it('passes the 182 that mosquitto and aedes alone both pass', () => {
    const failing = new Set([...yardsticks.mosquitto.failing, ...yardsticks.aedes.failing]);
    const both = sequences.map(nameOf).filter((name) => !failing.has(name));
    expect(both.length).toBe(182);
    expect(both.filter((name) => differences.has(name))).toEqual([]);
  });
});

describe('docs/mqtt-conformance.md', () => {
  it('has each sequence that fails, with its reason, and no other', () => {
    const names = new Set(sequences.map(nameOf));
    for (const { sequence, reason } of expectedFailures) {
      expect(names.has(sequence), sequence).toBe(true);
      expect(page).toContain(`\`${sequence}\``);
      expect(page).toContain(reason);
    }
    expect(page.match(/^- `[A-Z]+: /gm)?.length).toBe(expectedFailures.length);
  });

  it('has the counts of each file', () => {
    const passing = (failing: readonly string[], file: string): number =>
      sequences.filter((sequence) => sequence.file === file && !failing.includes(nameOf(sequence))).length;
    const ours = expectedFailures.map(({ sequence }) => sequence);
    const { mosquitto, aedes } = yardsticks;
    for (const file of files) {
      const all = sequences.filter((sequence) => sequence.file === file).length;
      expect(page).toContain(
        `| ${file} | ${all} | ${passing(ours, file)} | ${passing(aedes.failing, file)} | ${passing(mosquitto.failing, file)} |`,
      );
    }
    const total = (failing: readonly string[]): number => 305 - failing.length;
    expect(page).toContain(`| **all** | **305** | **${total(ours)}** | **${total(aedes.failing)}** | **${total(mosquitto.failing)}** |`);
  });
});
