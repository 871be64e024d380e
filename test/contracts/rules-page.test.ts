import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rulesPage } from '../harness/rules-page.ts';

test('docs/rules.md is what the rules say (write it with `node test/harness/write-rules-page.ts`)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/rules.md'), 'utf8')).toBe(rulesPage());
});
