import type { Language } from '../../domain/language.ts';
import type { Client, ConnectionOptions } from './client.ts';
import type { CliWords } from './words.ts';

/** What a command works with. */
export interface Session {
  readonly language: Language;
  readonly words: CliWords;
  /** Options that every command has. */
  options(): ConnectionOptions & { readonly json: boolean };
  readonly env: NodeJS.ProcessEnv;
  client(): Promise<Client>;
  /** To standard output: `data` with --json, else the lines for a person. */
  say(data: unknown, lines: readonly string[]): void;
  /** Progress and remarks, to standard error. */
  remark(text: string): void;
  /** Ends with this code once all is said. */
  exitWith(code: number): void;
}
