import { aims } from './killer.ts';
import type { RoundReport } from './round.ts';

const shown = 10;

const spread = (values: readonly number[]): string => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return `${at(0)} / ${at(0.5)} / ${at(1)} ms`;
};

/** How many promises were broken. */
export const brokenIn = (report: RoundReport): number => report.findings.reduce((sum, { broken }) => sum + broken.length, 0);

/** The account as a table for people, and `OK` or what was broken. */
export const reportText = (report: RoundReport): string => {
  const { kills, findings } = report;
  const rows = findings.map(({ name, count, broken }) => `${String(count).padStart(8)}  ${broken.length === 0 ? '  ' : '✗ '}${name}`);
  const aimed = aims.map((aim) => `${aim} ${kills.filter((kill) => kill.aim === aim).length}`).join(', ');
  const faults = findings.flatMap(({ name, broken }) =>
    broken.length === 0 ? [] : [`✗ ${name}: ${broken.length} broken`, ...broken.slice(0, shown).map((line) => `    ${line}`)],
  );
  return [
    ...rows,
    '',
    `aims: ${aimed}`,
    `down (least / median / most): ${spread(kills.map(({ downMs }) => downMs))}; up before a kill: ${spread(kills.map(({ upMs }) => upMs))}`,
    `took ${(report.tookMs / 1_000).toFixed(0)} s`,
    ...faults,
    faults.length === 0 ? 'OK' : `FAILED: ${brokenIn(report)} broken`,
  ].join('\n');
};
