import { parseArgs } from 'node:util';
import { brokenIn, reportText } from './report.ts';
import { runRound } from './round.ts';

const usage = `npm run faults -- [--kills 50] [--homes 20] [--seed TEXT] [--json]

Kills a gateway with SIGKILL at random and at chosen instants while devices press, fall and leave their beds and an operator answers, starts
it again each time, and compares everything that was promised with the store and with what people received.
Exit status: 0 every promise was kept, 1 at least one was broken, 2 wrong arguments.
`;

const whole = (text: string, name: string, least: number, most: number): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new RangeError(`--${name} must be a whole number from ${least} to ${most}`);
  return number;
};

const readArguments = () => {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '50' },
      homes: { type: 'string', default: '20' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    kills: whole(values.kills, 'kills', 1, 10_000),
    homes: whole(values.homes, 'homes', 4, 1_000),
    seed: values.seed ?? Date.now().toString(36),
    json: values.json,
    help: values.help,
  };
};

const main = async (): Promise<number> => {
  let told: ReturnType<typeof readArguments>;
  try {
    told = readArguments();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  if (told.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { kills, homes, seed, json } = told;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  say(`seed ${seed}: ${kills} kills, ${homes} homes`);
  const report = await runRound({
    kills,
    homes,
    seed,
    say,
    onKill: ({ aim, upMs, downMs }, index) =>
      say(
        `kill ${String(index + 1).padStart(3)}  aim ${aim.padEnd(12)} up ${String(upMs).padStart(5)} ms  down ${String(downMs).padStart(5)} ms`,
      ),
  });
  process.stdout.write(json ? `${JSON.stringify({ seed, homes, ...report })}\n` : `${reportText(report)}\n`);
  return brokenIn(report) === 0 ? 0 : 1;
};

process.exitCode = await main();
