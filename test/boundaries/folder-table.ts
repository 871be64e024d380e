/** What the files of one folder may import. The longest folder name that fits a file decides. */
export interface FolderRule {
  /** A folder, or one file, seen from the root of the repository. */
  readonly folder: string;
  /** Folders it may import from, itself included only when named. */
  readonly from: readonly string[];
  /** Folders inside those that it may not import from after all. */
  readonly butNot?: readonly string[];
  /** Packages it may import: these, or whatever the product depends on (`dependencies`, not `devDependencies`), or also what the tests use. */
  readonly packages: readonly string[] | 'product' | 'all';
  /** Packages that belong to another folder. */
  readonly notPackages?: readonly string[];
  /** Node's own modules: these (without `node:`), or all. */
  readonly builtins: readonly string[] | 'all';
}

const pure = { packages: ['zod', 'luxon', 'tinyqueue'], builtins: [] } as const;

/** Who may import whom. `docs/architecture.md` says why. */
export const folderTable: readonly FolderRule[] = [
  { folder: 'domain', from: ['domain'], packages: ['zod'], builtins: [] },
  { folder: 'broker', from: ['broker', 'domain'], packages: ['aedes', 'mqtt-packet', 'ws', 'yaml', 'zod'], builtins: 'all' },
  { folder: 'alerts', from: ['alerts', 'domain'], ...pure },
  { folder: 'alerts/rules', from: ['alerts/rules', 'domain'], ...pure },
  { folder: 'alerts/alarms', from: ['alerts/alarms', 'domain'], ...pure },
  { folder: 'alerts/escalation', from: ['alerts/escalation', 'domain'], ...pure },
  {
    folder: 'alerts/notifications',
    from: ['alerts/notifications', 'domain'],
    packages: ['luxon', 'nodemailer', 'standardwebhooks', 'tinyqueue', 'undici', 'zod'],
    builtins: 'all',
  },
  {
    folder: 'gateway',
    from: ['gateway', 'domain'],
    butNot: ['gateway/compose', 'gateway/cli', 'gateway/main.ts'],
    packages: 'product',
    notPackages: ['aedes', 'nodemailer', 'mqtt'],
    builtins: 'all',
  },
  { folder: 'gateway/main.ts', from: ['gateway', 'domain'], butNot: ['gateway/cli'], packages: 'product', builtins: 'all' },
  {
    folder: 'gateway/compose',
    from: ['gateway', 'domain', 'broker', 'alerts'],
    butNot: ['gateway/cli', 'gateway/main.ts'],
    packages: 'product',
    builtins: 'all',
  },
  {
    folder: 'gateway/cli',
    // To restore a stopped gateway is to put a file in its place; everything else goes over HTTP.
    from: ['gateway/cli', 'gateway/store/backup.ts', 'gateway/compose/replay-main.ts', 'domain'],
    packages: 'product',
    notPackages: ['aedes', 'better-sqlite3', 'fastify', 'kysely', 'mqtt', 'nodemailer'],
    builtins: 'all',
  },
  // The one file that hands the command line what it may not reach itself.
  { folder: 'gateway/cli/main.ts', from: ['gateway/cli', 'gateway/compose', 'domain'], packages: 'product', builtins: 'all' },
  {
    folder: 'simulators',
    from: ['simulators', 'domain'],
    packages: ['commander', 'csv-parse', 'luxon', 'mqtt', 'postal-mime', 'smtp-server', 'tinyqueue', 'undici', 'yaml', 'zod'],
    builtins: 'all',
  },
  { folder: 'test', from: ['test', 'domain', 'broker', 'alerts', 'gateway', 'simulators'], packages: 'all', builtins: 'all' },
  {
    folder: 'bench',
    from: ['bench', 'test/harness', 'domain', 'broker', 'alerts', 'gateway', 'simulators'],
    packages: 'all',
    builtins: 'all',
  },
  { folder: 'vitest.config.ts', from: [], packages: 'all', builtins: 'all' },
];

/** Names that say nothing about what is inside. */
export const emptyNames: readonly string[] = ['utils', 'util', 'helpers', 'helper', 'common', 'manager', 'misc'];

/** The longest a file may be, in lines. */
export const longestFile = 400;
