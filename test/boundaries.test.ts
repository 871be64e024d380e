import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultsOf, ruleFor } from './boundaries/faults-of.ts';
import { folderTable } from './boundaries/folder-table.ts';
import { readSource } from './boundaries/read-source.ts';
import { sourceFiles } from './boundaries/source-files.ts';

const root = join(import.meta.dirname, '..');
const files = sourceFiles(root);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;
const packages = {
  product: new Set(Object.keys(manifest.dependencies)),
  development: new Set(Object.keys(manifest.devDependencies)),
};
const faults = (path: string, text: string): readonly string[] => faultsOf({ path, text }, packages);

describe('the house keeps its walls', () => {
  it('no file imports what its folder may not, has an empty name, or is too long', () => {
    expect(files.flatMap((file) => faultsOf(file, packages))).toEqual([]);
  });

  it('it is the house that was read: every folder of the table has files, and they import one another', () => {
    const empty = folderTable.filter((rule) => !files.some((file) => ruleFor(file.path) === rule)).map((rule) => rule.folder);
    expect(empty).toEqual([]);
    expect(files.length).toBeGreaterThan(60);
    expect(files.flatMap((file) => readSource(file.path, file.text).imports).length).toBeGreaterThan(200);
  });
});

describe('a forbidden import is found in every form it can take', () => {
  it.each([
    ["import { createBroker } from '../broker/broker.ts';"],
    ["import type { InboundMessage } from '../broker/inbound.ts';"],
    ["import '../broker/inbound.ts';"],
    ["export * from '../broker/inbound.ts';"],
    ["export type { InboundMessage } from '../broker/inbound.ts';"],
    ["type Message = import('../broker/inbound.ts').InboundMessage;"],
    ["const it = await import('../broker/inbound.ts');"],
    ["const it = new URL('../broker/thread.ts', import.meta.url);"],
    ["const it = require('../broker/inbound.ts');"],
    ["const it = import.meta.resolve('../broker/inbound.ts');"],
    ["const it = await import(`../broker/${'inbound'}.ts`);"],
  ])('%s', (text) => {
    expect(faults('domain/seed.ts', text)).toHaveLength(1);
    expect(faults('gateway/api/seed.ts', text.replaceAll('../', '../../'))).toHaveLength(1);
  });

  it.each([
    ['domain/seed.ts', "import { DateTime } from 'luxon';"],
    ['domain/seed.ts', "import { readFileSync } from 'node:fs';"],
    ['broker/seed.ts', "import '../alerts/pipeline.ts';"],
    ['broker/seed.ts', "import 'fastify';"],
    ['alerts/rules/seed.ts', "import type { AlarmInput } from '../alarms/input.ts';"],
    ['alerts/escalation/seed.ts', "import '../notifications/channel.ts';"],
    ['alerts/rules/seed.ts', "import 'node:net';"],
    ['alerts/pipeline.ts', "import '../gateway/store/schema.ts';"],
    ['gateway/api/seed.ts', "import '../compose/gateway.ts';"],
    ['gateway/keeper/seed.ts', "import '../../alerts/pipeline.ts';"],
    ['gateway/cli/seed.ts', "import '../store/schema.ts';"],
    ['gateway/api/seed.ts', "import 'fast-check';"],
    ['gateway/api/seed.ts', "import 'not-installed';"],
    ['simulators/seed.ts', "import '../gateway/api/server.ts';"],
    ['simulators/seed.ts', "import type { A } from '../broker/inbound.ts';"],
    ['gateway/api/seed.ts', "import '../../test/harness/free-port.ts';"],
    ['test/seed.ts', "import '../bench/main.ts';"],
    ['domain/seed.test.ts', "import '../gateway/main.ts';"],
    ['domain/seed.ts', '// oxlint-disable-next-line no-explicit-any\nexport type Seed = string;'],
    ['domain/seed.ts', '/* @ts-expect-error */'],
    ['elsewhere/seed.ts', ''],
    ['domain/utils.ts', ''],
    ['gateway/common/seed.ts', ''],
    ['broker/session-manager.ts', ''],
  ])('%s with %s is refused', (path, text) => {
    expect(faults(path, text)).toHaveLength(1);
  });

  it.each([
    ['domain/seed.ts', "import { z } from 'zod'; import './ids.ts';"],
    ['alerts/pipeline.ts', "import './rules/button.ts'; import './alarms/transition.ts'; import '../domain/alarm.ts';"],
    ['alerts/escalation/seed.ts', "import { DateTime } from 'luxon';"],
    ['gateway/compose/seed.ts', "import '../../broker/inbound.ts'; import '../../alerts/pipeline.ts'; import '../store/schema.ts';"],
    ['gateway/main.ts', "import './compose/gateway.ts';"],
    ['simulators/seed.ts', "import mqtt from 'mqtt'; import '../domain/ids.ts';"],
    ['broker/seed.test.ts', "import 'vitest'; import './inbound.ts'; import '../test/harness/wait-for.ts';"],
  ])('%s with %s is fine', (path, text) => {
    expect(faults(path, text)).toEqual([]);
  });

  it('a file of 400 lines is fine, and one of 401 is refused', () => {
    expect(faults('broker/long.ts', '// a line\n'.repeat(400))).toEqual([]);
    expect(faults('broker/long.ts', '// a line\n'.repeat(401))).toHaveLength(1);
  });

  it('a file that cannot be parsed stops the check', () => {
    expect(() => faults('domain/seed.ts', 'import {{{')).toThrow('domain/seed.ts cannot be parsed');
  });
});
