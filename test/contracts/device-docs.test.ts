import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadModels } from '../../broker/model-store.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/devices.md'), 'utf8');

test('every device model that ships stands in docs/devices.md, and none that does not', () => {
  const shipped = [...loadModels().keys()];
  expect(shipped.length).toBeGreaterThan(50);
  expect(shipped.filter((id) => !page.includes(`\`${id}\``))).toEqual([]);
  const makers = /`((?:carebed|zigbee2mqtt|tasmota|shelly|theengs|milesight|esphome)-[a-z0-9-]+)`/g;
  expect([...page.matchAll(makers)].map(([, id]) => id).filter((id) => !shipped.some((known) => known === id))).toEqual([]);
});

test('every hub and every device that signs in says how it is connected', () => {
  const silent = [...loadModels().values()].filter((model) => model.protocol === 'mapped' && model.connect === undefined);
  expect(silent.filter(({ hub, topics }) => hub || topics.length > 0).map(({ id }) => id)).toEqual([]);
});

test('every rule that tells a press from its copies has a test of its name', () => {
  const rules = [...page.matchAll(/^\| \*\*([a-z-]+)\*\*/gm)].map(([, rule]) => rule);
  expect(rules.length).toBe(9);
  const tests = ['copies-of-a-press', 'waiting-devices'].map((name) =>
    readFileSync(join(import.meta.dirname, `../scenarios/${name}.test.ts`), 'utf8'),
  );
  for (const rule of rules)
    expect(
      tests.some((text) => text.includes(`${rule}:`)),
      rule,
    ).toBe(true);
});
