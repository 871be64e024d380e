import type { AlarmEventType, AlarmStateValue, Priority, RuleName } from '../../domain/alarm.ts';
import type { Language } from '../../domain/language.ts';
import { en } from './words.en.ts';
import { zhCn } from './words.zh-cn.ts';

/** Everything the command line says. */
export interface CliWords {
  readonly about: string;
  readonly help: Readonly<
    Record<
      | 'json'
      | 'lang'
      | 'url'
      | 'tokenFile'
      | 'data'
      | 'device'
      | 'deviceAdd'
      | 'deviceWaiting'
      | 'devicePlace'
      | 'model'
      | 'modelList'
      | 'modelTry'
      | 'modelCheck'
      | 'modelFolder'
      | 'modelPayload'
      | 'modelChild'
      | 'rotate'
      | 'import'
      | 'importFile'
      | 'skipBad'
      | 'secretsOut'
      | 'dryRun'
      | 'alarms'
      | 'alarmsList'
      | 'follow'
      | 'after'
      | 'count'
      | 'show'
      | 'act'
      | 'all'
      | 'records'
      | 'recordsList'
      | 'recordsGet'
      | 'recordsPut'
      | 'recordsDelete'
      | 'recordsHistory'
      | 'recordsWhy'
      | 'recordsFilter'
      | 'backup'
      | 'restore'
      | 'token'
      | 'tokenCreate'
      | 'tokenList'
      | 'tokenRevoke'
      | 'scope'
      | 'person'
      | 'expires',
      string
    >
  >;
  readonly unreachable: (url: string) => string;
  readonly noToken: (file: string) => string;
  readonly notJson: (file: string) => string;
  readonly noFile: (file: string) => string;
  readonly badExpiry: string;
  readonly fileExists: (file: string) => string;
  readonly label: {
    readonly id: string;
    readonly secret: string;
    readonly host: string;
    readonly topics: string;
    readonly commands: string;
    readonly once: string;
    readonly viaHub: string;
  };
  readonly waiting: { readonly none: string; readonly suggested: string; readonly called: string; readonly placed: (id: string) => string };
  readonly trial: Readonly<Record<'facts' | 'call' | 'ofItself' | 'ofChild' | 'event' | 'at' | 'refused' | 'waiting' | 'ignored', string>>;
  readonly csv: {
    readonly unknownColumn: (column: string) => string;
    readonly knownColumns: (columns: string) => string;
    readonly missingColumn: string;
    readonly empty: string;
    readonly emptyRight: string;
    readonly broken: string;
    readonly brokenRight: string;
    readonly twice: string;
    readonly twiceRight: (line: number) => string;
    readonly line: (line: number, column: string, wrong: string, right: string) => string;
    readonly yesNo: string;
    readonly wholeNumber: string;
    readonly wrongKind: string;
    readonly nothing: (bad: number) => string;
    readonly skipped: (bad: number) => string;
    readonly progress: (done: number, all: number) => string;
    readonly imported: (count: number) => string;
    readonly wouldImport: (count: number) => string;
    readonly partly: (done: number) => string;
    readonly secretsWritten: (count: number, file: string) => string;
    readonly needSecretsOut: (count: number) => string;
  };
  readonly backupWritten: (file: string, bytes: number) => string;
  readonly restored: (file: string) => string;
  readonly formerKept: (file: string) => string;
  readonly tokenOnce: string;
  readonly revoked: string;
  readonly done: string;
  readonly following: string;
  readonly lost: string;
  readonly trouble: (code: string, over: boolean) => string;
  readonly rule: Readonly<Record<RuleName, string>>;
  readonly priority: Readonly<Record<Priority, string>>;
  readonly state: Readonly<Record<AlarmStateValue, string>>;
  readonly event: Readonly<Record<AlarmEventType, string>>;
  readonly late: (seconds: number) => string;
  readonly internal: string;
}

export const cliWords: Readonly<Record<Language, CliWords>> = { 'zh-CN': zhCn, en };

/** The language to speak: --lang, then LC_ALL, LC_MESSAGES, LANG; Chinese when they say nothing we know. */
export const cliLanguage = (argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Language => {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const asked = at === -1 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1]);
  const text = (asked ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '').toLowerCase();
  return text.startsWith('en') ? 'en' : 'zh-CN';
};
