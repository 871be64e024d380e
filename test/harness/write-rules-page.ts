import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesPage } from './rules-page.ts';

/** Writes docs/rules.md: `node test/harness/write-rules-page.ts`. */
writeFileSync(join(import.meta.dirname, '../../docs/rules.md'), rulesPage());
