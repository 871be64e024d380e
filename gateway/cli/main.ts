#!/usr/bin/env node
import { createModelDesk } from '../compose/model-tools.ts';
import { runCli } from './program.ts';

const streams = {
  out: (text: string) => process.stdout.write(text),
  err: (text: string) => process.stderr.write(text),
};
process.exitCode = await runCli(process.argv.slice(2), process.env, streams, createModelDesk());
