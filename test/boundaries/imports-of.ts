import { parseSync, Visitor } from 'oxc-parser';

/** One way in which a file reaches another: a static, type-only or dynamic import, a re-export, a require, a worker's URL. */
export interface Import {
  /** What stands in the quotes; undefined when it is computed, so that nobody can tell what is imported. */
  readonly specifier: string | undefined;
  /** Counted from 1. */
  readonly line: number;
}

interface Node {
  readonly type: string;
  readonly start: number;
}

/**
 * Everything that a TypeScript file imports, in whatever form the language has for it.
 * Throws when the text is not TypeScript: a file that cannot be read has not been checked.
 */
export function importsOf(file: string, text: string): readonly Import[] {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} cannot be parsed: ${error.message}`);
  const found: Import[] = [];
  const note = (source: Node | null | undefined): void => {
    if (source) found.push({ specifier: literal(source), line: text.slice(0, source.start).split('\n').length });
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
  return found;
}

const importingCalls: ReadonlySet<string> = new Set(['require', 'require.resolve', 'import.meta.resolve', 'vi.mock', 'vi.importActual']);

function literal(node: Node): string | undefined {
  return node.type === 'Literal' && 'value' in node && typeof node.value === 'string' ? node.value : undefined;
}
