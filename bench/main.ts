import { parseArgs } from 'node:util';
import { prepare, requirements } from '../test/harness/prepare.ts';
import { tempDir } from '../test/harness/temp-dir.ts';
import { benchGrowth } from './claims/growth.ts';
import { benchHomes } from './claims/homes.ts';
import { benchPress } from './claims/press.ts';
import { benchSignIns } from './claims/sign-ins.ts';
import { benchSustained } from './claims/sustained.ts';
import { benchStores } from './claims/stores.ts';
import { benchReplay } from './replay.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { createLoadGenerator, type LoadGenerator } from './load/load-generator.ts';
import { aboutMachine } from './machine.ts';
import { printTable } from './table.ts';

/** Every claim by the name that `--only` takes, in the order in which they are measured. */
const claims: Readonly<Record<string, (load: LoadGenerator, options: BenchOptions) => Promise<readonly Figure[]>>> = {
  sustained: benchSustained,
  press: benchPress,
  homes: benchHomes,
  'sign-ins': benchSignIns,
  growth: benchGrowth,
  telemetry: benchStores,
  replay: (_load, options) => benchReplay(options),
};

const usage = `npm run bench -- [--json] [--quick] [--only NAME]

  --json   an array of rows on stdout: name, value, unit, yardstick, ratio
  --quick  a minute and a half instead of eight; noisier
  --only   one of: ${Object.keys(claims).join(', ')}

Load generator and gateway share this machine. Each figure stands beside its yardstick from the same run: the ratio holds on another machine,
the value does not. Exit status: 0 every mark is met, 1 one is missed, 2 it could not be measured.
`;

/** What the generator is compiled with, besides what the tests need. */
const compiler = [
  { packageName: 'gcc', purpose: 'the load generator is compiled', anyOf: ['cc', 'gcc'] },
  { packageName: 'libc6-dev', purpose: 'the load generator is compiled', anyOf: ['/usr/include/stdio.h'] },
];

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || (values.only !== undefined && claims[values.only] === undefined)) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  prepare([...compiler, ...requirements.filter(({ packageName }) => packageName === 'influxdb')]);
  await using folder = await tempDir('bench');
  const load = await createLoadGenerator(folder.path);
  say(await aboutMachine(folder.path));
  const figures: Figure[] = [];
  for (const [name, claim] of Object.entries(claims)) {
    if (values.only !== undefined && values.only !== name) continue;
    const begun = performance.now();
    figures.push(...(await claim(load, { quick: values.quick, say })));
    say(`${name}: measured in ${Math.round((performance.now() - begun) / 1_000)} s`);
  }
  if (values.json) {
    const rows = figures.map(({ name, value, unit, yardstick, ratio }) => ({ name, value, unit, yardstick, ratio }));
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  } else printTable(figures);
  return figures.every(({ mark }) => mark?.met ?? true) ? 0 : 1;
};

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 2;
  },
);
