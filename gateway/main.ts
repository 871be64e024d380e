#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { CarebedFailure } from '../domain/failure.ts';
import { gatewayConfigSchema } from './compose/config-schema.ts';
import { createGateway } from './compose/gateway.ts';
import { loadConfig } from './config/load-config.ts';
import { createLog } from './log.ts';
import { createSteadyClock } from './steady-clock.ts';

const usage = `carebed gateway

  npm start -- [--data DIR] [--config FILE]

  --data DIR     where it lives: store, keys, certificate, first token (default .carebed)
  --config FILE  YAML; texts may hold \${NAME} for an environment variable (see docs/configuration.md)

Exit status: 0 stopped when asked, 1 something failed while running, 2 it could not start as told.
`;

const readArguments = (): { data: string; config: string | null; help: boolean } => {
  try {
    const { values } = parseArgs({
      options: { data: { type: 'string', default: '.carebed' }, config: { type: 'string' }, help: { type: 'boolean', default: false } },
      allowPositionals: false,
    });
    return { data: values.data, config: values.config ?? null, help: values.help };
  } catch (cause) {
    throw new CarebedFailure('arguments-invalid', `${cause instanceof Error ? cause.message : String(cause)}\n\n${usage}`, { cause });
  }
};

const main = async (): Promise<void> => {
  const { data, config: file, help } = readArguments();
  if (help) {
    process.stdout.write(usage);
    return;
  }
  const config = loadConfig(file, gatewayConfigSchema, process.env);
  const log = createLog(config.log.level);
  const clock = createSteadyClock(({ by }) => log.warn({ by }, 'the wall clock was set'));
  const gateway = createGateway({
    config,
    dataFolder: data,
    clock,
    log,
    onFatal: (error) => {
      log.fatal({ err: error }, 'the keeper has died; this process ends so that it is started anew');
      process.exit(1);
    },
  });

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    gateway.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  const { addresses, firstTokenFile } = await gateway.start();
  if (firstTokenFile !== null) process.stderr.write(`the first administrator's token is in ${firstTokenFile}\n`);
  const told = (['http', 'mqtt', 'mqtts', 'ws'] as const).map((name) => `${name}=${addresses[name] ?? 'off'}`);
  process.stdout.write(`carebed ready ${told.join(' ')}\n`);
};

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof CarebedFailure ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(2);
});
