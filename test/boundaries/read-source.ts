import { parseSync, Visitor } from 'oxc-parser';

/** One way in which a file reaches another: a static, type-only or dynamic import, a re-export, a require, a worker's URL. */
export interface Import {
  /** What stands in the quotes; undefined when it is computed, so that nobody can tell what is imported. */
  readonly specifier: string | undefined;
  /** Counted from 1. */
  readonly line: number;
}

/** A comment, without its slashes and stars. */
export interface Comment {
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

/** What the check of the house wants to know of a file. */
export interface Source {
  readonly imports: readonly Import[];
  readonly comments: readonly Comment[];
}

interface Node {
  readonly type: string;
  readonly start: number;
}

/**
 * Everything that a TypeScript file imports, in whatever form the language has for it, and its comments.
 * Throws when the text is not TypeScript: a file that cannot be read has not been checked.
 */
export function readSource(file: string, text: string): Source {
  const { program, comments, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} cannot be parsed: ${error.message}`);
  const imports: Import[] = [];
  const lineAt = (start: number): number => text.slice(0, start).split('\n').length;
  const note = (source: Node | null | undefined): void => {
    if (source) imports.push({ specifier: literal(source), line: lineAt(source.start) });
  };
  new Visitor({
    ImportDeclaration: (node) => note(node.source),
    ExportNamedDeclaration: (node) => note(node.source),
    ExportAllDeclaration: (node) => note(node.source),
    ImportExpression: (node) => note(node.source),
    TSImportType: (node) => note(node.source),
    TSExternalModuleReference: (node) => note(node.expression),
    CallExpression: (node) => {
      if (importingCalls.has(text.slice(node.callee.start, node.callee.end))) note(node.arguments[0]);
    },
    NewExpression: (node) => {
      const [path, base] = node.arguments;
      const isOfThisModule = base !== undefined && text.slice(base.start, base.end) === 'import.meta.url';
      const isUrl = text.slice(node.callee.start, node.callee.end) === 'URL';
      if (isUrl && isOfThisModule) note(path);
    },
  }).visit(program);
  return { imports, comments: comments.map((comment) => ({ text: comment.value.trim(), line: lineAt(comment.start) })) };
}

const importingCalls: ReadonlySet<string> = new Set(['require', 'require.resolve', 'import.meta.resolve', 'vi.mock', 'vi.importActual']);

function literal(node: Node): string | undefined {
  return node.type === 'Literal' && 'value' in node && typeof node.value === 'string' ? node.value : undefined;
}
