import { expect, test } from 'vitest';
import { runRound } from './round.ts';

/** Nine starts, each of which a busy machine may draw out to ten seconds. */
const withinMs = 300_000;

test(
  'killed eight times with SIGKILL while people press and fall: nothing acknowledged is lost, nothing is raised or sent twice',
  async () => {
    const { kills, findings } = await runRound({ kills: 8, homes: 8, seed: 'short-round' });
    expect(kills).toHaveLength(8);
    expect(findings.flatMap(({ name, broken }) => broken.map((line) => `${name}: ${line}`))).toEqual([]);
    const count = (name: string): number => findings.find((finding) => finding.name.startsWith(name))?.count ?? 0;
    // A round in which nothing happened would prove nothing.
    for (const name of [
      'acknowledged calls',
      'alarms',
      'acts answered',
      'fell due while down',
      'e-mails received',
      'SMS received',
      'webhooks received',
    ]) {
      expect(count(name), name).toBeGreaterThan(0);
    }
  },
  withinMs,
);
