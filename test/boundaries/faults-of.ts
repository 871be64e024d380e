import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { emptyNames, type FolderRule, folderTable, longestFile } from './folder-table.ts';
import { readSource } from './read-source.ts';
import type { SourceFile } from './source-files.ts';

/** The packages that `package.json` names. */
export interface Packages {
  readonly product: ReadonlySet<string>;
  readonly development: ReadonlySet<string>;
}

/** What a file does that it may not, each as one sentence beginning with `path:line`. Empty when all is well. */
export function faultsOf(file: SourceFile, packages: Packages): readonly string[] {
  const faults: string[] = [];
  const rule = ruleFor(file.path);
  if (rule === undefined) return [`${file.path}:1 lies in no folder that test/boundaries/folder-table.ts knows.`];
  const lines = file.text.split('\n').length - 1;
  if (lines > longestFile) faults.push(`${file.path}:${lines} has ${lines} lines; ${longestFile} is the most.`);
  const empty = nameParts(file.path).find((part) => emptyNames.includes(part));
  if (empty !== undefined) faults.push(`${file.path}:1 is called "${empty}", which does not say what is in it.`);
  const { imports, comments } = readSource(file.path, file.text);
  for (const { text, line } of comments) {
    if (silencing.test(text)) faults.push(`${file.path}:${line} silences a check; mend what it found instead.`);
  }
  for (const { specifier, line } of imports) {
    const fault =
      specifier === undefined ? 'imports something computed, which nobody can check.' : importFault(file.path, rule, specifier, packages);
    if (fault !== undefined) faults.push(`${file.path}:${line} ${fault}`);
  }
  return faults;
}

const silencing = /^(oxlint-|eslint-|biome-ignore|knip-ignore|@ts-|(v8|istanbul|c8) ignore|prettier-ignore)/;

/** The rule of the longest folder name that the path lies in. */
export function ruleFor(path: string): FolderRule | undefined {
  return folderTable
    .filter(({ folder }) => liesIn(path, folder))
    .sort((a, b) => b.folder.length - a.folder.length)
    .at(0);
}

/**
 * A test beside its source may import what its folder may, the harness, whatever is not code, and every package: it is part of the tests, but it
 * tests its own folder and no other.
 */
function importFault(path: string, rule: FolderRule, specifier: string, packages: Packages): string | undefined {
  const isTest = path.endsWith('.test.ts');
  if (specifier.startsWith('.')) {
    const target = posix.normalize(posix.join(posix.dirname(path), specifier));
    if (isTest && !/\.[cm]?[jt]sx?$/.test(target)) return undefined;
    const from = isTest ? [...rule.from, 'test/harness'] : rule.from;
    const allowed = from.some((folder) => liesIn(target, folder)) && !(rule.butNot ?? []).some((folder) => liesIn(target, folder));
    return allowed ? undefined : `imports ${target}, but ${rule.folder} may import only ${listed(rule)}.`;
  }
  if (isBuiltin(specifier)) {
    const name = specifier.replace(/^node:/, '');
    const allowed = isTest || rule.builtins === 'all' || rule.builtins.includes(name);
    return allowed ? undefined : `imports ${specifier}, but ${rule.folder} decides without the machine around it.`;
  }
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (isTest || rule.packages === 'all') {
    const known = packages.product.has(name) || packages.development.has(name);
    return known ? undefined : `imports the package ${name}, which package.json does not name.`;
  }
  if (!packages.product.has(name)) return `imports the package ${name}, which is not among the dependencies of the product.`;
  if (rule.notPackages?.includes(name)) return `imports the package ${name}, which belongs to another folder.`;
  const allowed = rule.packages === 'product' || rule.packages.includes(name);
  return allowed ? undefined : `imports the package ${name}, but ${rule.folder} may import only ${rule.packages.join(', ')}.`;
}

function liesIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function listed({ from, butNot }: FolderRule): string {
  return `${from.join(', ') || 'nothing'}${butNot === undefined ? '' : ` without ${butNot.join(', ')}`}`;
}

function nameParts(path: string): readonly string[] {
  return path.split('/').flatMap((part) => part.split(/[.-]/));
}
