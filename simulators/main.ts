import { Command, InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { CarebedFailure } from '../domain/failure.ts';
import { systemClock } from '../domain/instant.ts';
import { type Language, languageSchema } from '../domain/language.ts';
import { compare } from './comparison.ts';
import { readCredentials } from './credentials.ts';
import { createGatewayApi } from './gateway-api.ts';
import { dialects, signsIn } from './home.ts';
import { createProgress } from './progress.ts';
import { scenarioNamed, scenarios } from './scenarios/catalogue.ts';
import { beginRunAlarms } from './run-alarms.ts';
import { registerStreet } from './register.ts';
import { planStreet } from './street-plan.ts';
import { createStreet, type Street } from './street.ts';
import { summaryText } from './summary.ts';

/** File descriptors and memory of one process hold this many (about 60 KB a home). */
const mostHomes = 10_000;

const within =
  (low: number, high: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!Number.isFinite(number) || number < low || number > high)
      throw new InvalidArgumentError(`must be a number from ${low} to ${high}`);
    return number;
  };

interface Options {
  readonly url: string;
  readonly credentials?: string;
  readonly homes?: number;
  readonly seed: string;
  readonly scenario: string;
  readonly speed: number;
  readonly duration?: number;
  readonly ramp: number;
  readonly ca?: string;
  readonly api?: string;
  readonly tokenFile?: string;
  readonly register?: boolean;
  readonly settle: number;
  readonly lang: Language;
  readonly json?: boolean;
  readonly list?: boolean;
}

const command = new Command('simulate')
  .description('A street of simulated homes that speak to a gateway by its public protocol')
  .option('--url <url>', 'the gateway: mqtt://host:port, mqtts://host:port or ws://host:port', 'mqtt://127.0.0.1:1883')
  .option(
    '--credentials <file>',
    'device ids and secrets, JSON or CSV, as the import wrote them out; without it the street makes up its own',
  )
  .option('--homes <n>', `how many homes, at most ${mostHomes}`, within(1, mostHomes))
  .option('--seed <seed>', 'the same seed gives the same street', '7')
  .option('--scenario <name>', 'what happens; --list names them all', 'ordinary-day')
  .option('--speed <x>', 'simulated seconds in a real one', within(0.01, 10_000), 1)
  .option('--duration <s>', 'simulated seconds to play; the length of the scenario by default', within(1, 1e9))
  .option('--ramp <n>', 'sign-ins begun in a second', within(1, 10_000), 500)
  .option('--ca <file>', 'certificate authority for mqtts://, PEM')
  .option('--api <url>', "the gateway's HTTP address, to hold what was raised against what was sent")
  .option('--token-file <file>', 'a file with a token for it')
  .option('--register', 'register the homes with the gateway first, as an installer would; needs --api and --token-file')
  .option('--settle <s>', 'real seconds to wait before asking', within(0, 3_600), 2)
  .option('--lang <language>', 'zh-CN or en', (text) => languageSchema.parse(text), 'zh-CN' as const)
  .option('--json', 'print the end as one JSON object')
  .option('--list', 'name the scenarios')
  .parse();
const options = command.opts<Options>();

const showRamp = async (street: Street, devices: number): Promise<void> => {
  const progress = createProgress(process.stderr, () => performance.now());
  const answered = new Set<string>();
  street.events.on('answered', (device) => {
    answered.add(device);
    progress.show(answered.size / devices, `${answered.size}/${devices} ✓ ${street.tally.refused} ✗ ${street.tally.unreachable} …`);
  });
  await street.start();
  progress.end();
};

const showPlay = (street: Street, seconds: number): NodeJS.Timeout => {
  const progress = createProgress(process.stderr, () => performance.now());
  const begun = performance.now();
  return setInterval(() => {
    const { published, acknowledged, connects } = street.tally;
    const late = street.worstLatenessMs > 1_000 ? `, ${Math.round(street.worstLatenessMs)} ms behind` : '';
    progress.show((performance.now() - begun) / 1_000 / seconds, `${published} → ${acknowledged} ✓, ${connects} sign-ins${late}`);
  }, 500);
};

const run = async (): Promise<number> => {
  if (options.list === true) {
    for (const scenario of scenarios) process.stdout.write(`${scenario.name.padEnd(18)}${scenario.text[options.lang]}\n`);
    return 0;
  }
  const scenario = scenarioNamed(options.scenario);
  const all =
    options.credentials === undefined
      ? planStreet({ homes: options.homes ?? 20, dialectOf: (i) => dialects[i % 5 === 4 ? 2 : 0] })
      : readCredentials(options.credentials);
  const homes = all.slice(0, options.homes ?? mostHomes);
  if (options.homes !== undefined && homes.length < options.homes) {
    throw new CarebedFailure('credentials-too-few', `the credentials file has ${homes.length} homes; ${options.homes} were asked for`, {
      status: 400,
    });
  }
  const street = createStreet({
    url: options.url,
    homes,
    scenario,
    seed: options.seed,
    speed: options.speed,
    rampPerSecond: options.ramp,
    ...(options.duration === undefined ? {} : { durationSeconds: options.duration }),
    ...(options.ca === undefined ? {} : { ca: readFileSync(options.ca, 'utf8') }),
  });
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  interrupted.signal.addEventListener('abort', () => void street.stop());

  const { api, tokenFile } = options;
  const asked = api !== undefined && tokenFile !== undefined;
  const gateway = asked ? createGatewayApi({ url: api, token: readFileSync(tokenFile, 'utf8').trim() }) : null;
  if (options.register === true) {
    if (gateway === null) throw new CarebedFailure('register-needs-api', '--register needs --api and --token-file', { status: 400 });
    const records = await registerStreet(gateway, homes);
    process.stderr.write(`${records} records registered\n`);
  }
  const alarms = gateway === null ? null : await beginRunAlarms(gateway, systemClock);
  await showRamp(
    street,
    homes.reduce((sum, home) => sum + signsIn(home).length, 0),
  );
  const timer = showPlay(street, (options.duration ?? scenario.durationSeconds) / options.speed);
  await street.finished;
  clearInterval(timer);
  if (process.stderr.isTTY) process.stderr.write('\n');
  if (!interrupted.signal.aborted) await wait(options.settle * 1_000);
  const raised = (await alarms?.read()) ?? [];
  await street.stop();
  const comparison = compare(street.ledger.entries(), street.expects, raised);
  if (options.json === true) {
    const { tally, worstLatenessMs, expects } = street;
    const end = {
      scenario: scenario.name,
      seed: options.seed,
      homes: homes.length,
      tally,
      worstLatenessMs,
      expects: expects.length,
      asked,
    };
    process.stdout.write(
      `${JSON.stringify({ ...end, ...(asked ? comparison : { callsSent: comparison.callsSent, callsAcknowledged: comparison.callsAcknowledged }) })}\n`,
    );
  } else {
    process.stdout.write(`${summaryText(street, comparison, asked, options.lang)}\n`);
  }
  if (!asked) return comparison.callsAcknowledged < comparison.callsSent ? 1 : 0;
  return comparison.lost.length + comparison.missing.length + comparison.unexpected.length > 0 ? 1 : 0;
};

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof CarebedFailure)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 2;
}
