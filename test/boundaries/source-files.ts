import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** One source file: its path from the root with `/` between the names, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const passedOver: ReadonlySet<string> = new Set(['node_modules', 'dist', 'coverage']);

/** Every TypeScript file below a folder, in the order of their names; folders that begin with a dot and built ones are passed over. */
export function sourceFiles(root: string): readonly SourceFile[] {
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name.startsWith('.') || passedOver.has(entry.name) ? [] : walk(path);
      return /\.[cm]?tsx?$/.test(entry.name) ? [path] : [];
    });
  return walk(root)
    .map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
