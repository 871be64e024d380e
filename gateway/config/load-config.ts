import { readFileSync } from 'node:fs';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { CarebedFailure } from '../../domain/failure.ts';

/** A fault in a configuration: where it is and what would be right. */
export interface ConfigFault {
  /** `carebed.yaml:12 channels.email.host`, or an environment variable's name. */
  readonly where: string;
  readonly wrong: string;
}

const failWith = (file: string, faults: readonly ConfigFault[]): CarebedFailure =>
  new CarebedFailure('config-invalid', [`${file} cannot be used:`, ...faults.map(({ where, wrong }) => `  ${where}: ${wrong}`)].join('\n'));

/** `${NAME}` anywhere in a text value is the environment variable of that name, so that secrets stay out of the file. */
const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

const resolve = (
  value: unknown,
  path: readonly PropertyKey[],
  environment: NodeJS.ProcessEnv,
  missing: (name: string, path: readonly PropertyKey[]) => void,
): unknown => {
  if (typeof value === 'string') {
    return value.replace(reference, (_, name: string) => {
      const found = environment[name];
      if (found === undefined || found === '') missing(name, path);
      return found ?? '';
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => resolve(item, [...path, index], environment, missing));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, [...path, key], environment, missing)]));
};

/**
 * Reads a YAML configuration and checks it against `schema`. Every fault is told at once, each with its line and what would be right; a value
 * is never part of the text, because it may be a secret.
 * @param file path of the YAML file; null for an empty configuration
 * @throws CarebedFailure `config-invalid`
 */
export const loadConfig = <Schema extends z.ZodType>(
  file: string | null,
  schema: Schema,
  environment: NodeJS.ProcessEnv,
): z.infer<Schema> => {
  const name = file ?? 'the configuration';
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const lineOf = (offset: number): string => `${name}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    throw failWith(
      name,
      document.errors.map((error) => ({
        where: lineOf(error.pos[0]),
        wrong: `is not YAML here (${error.code.toLowerCase().replaceAll('_', ' ')})`,
      })),
    );
  }
  const whereOf = (path: readonly PropertyKey[]): string => {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const node = document.getIn(path.slice(0, depth) as string[], true);
      if (isNode(node) && node.range) return `${lineOf(node.range[0])} ${path.join('.')}`;
    }
    return path.length === 0 ? name : `${name} ${path.join('.')}`;
  };
  const faults: ConfigFault[] = [];
  const resolved = resolve(document.toJS() ?? {}, [], environment, (variable, path) =>
    faults.push({ where: whereOf(path), wrong: `needs the environment variable ${variable}, which is not set` }),
  );
  if (faults.length > 0) throw failWith(name, faults);
  const parsed = schema.safeParse(resolved);
  if (parsed.success) return parsed.data;
  throw failWith(
    name,
    parsed.error.issues.map((issue) => ({ where: whereOf(issue.path), wrong: wordsOf(issue) })),
  );
};

const wordsOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'unrecognized_keys')
    return `knows no ${issue.keys.map((key) => `"${key}"`).join(', ')}; check the spelling or leave it out`;
  return issue.message;
};

const readText = (file: string | null): string => {
  if (file === null) return '';
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CarebedFailure('config-unreadable', `${file} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}`, {
      cause,
    });
  }
};
