import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { careProfileSchema } from '../../domain/care-profile.ts';
import { levelProfiles } from '../../domain/care-profiles/levels.ts';
import { CarebedFailure } from '../../domain/failure.ts';
import { rosterSchema } from '../../domain/people.ts';
import { defaultPolicies } from '../../domain/policy.ts';
import type { Keeper, RecordRow } from '../keeper/command.ts';
import { createFirstToken } from '../people/first-token.ts';
import type { Reader } from '../store/reader.ts';

/** Writes a file that only its owner can read, whole or not at all. */
const writePrivately = async (path: string, content: string | Uint8Array): Promise<void> => {
  const unfinished = `${path}.part`;
  const file = await open(unfinished, 'w', 0o600);
  await file.writeFile(content);
  await file.sync();
  await file.close();
  await rename(unfinished, path);
};

/** Makes the data folder, readable by its owner alone. @throws CarebedFailure `data-folder-unusable` */
export const prepareDataFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(join(folder, 'backups'), { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CarebedFailure(
      'data-folder-unusable',
      `--data ${folder} cannot be used (${code}): choose a folder that this user may write to`,
      { cause },
    );
  }
};

/** The key that signs the links in messages; made once and kept. */
export const linkKeyIn = async (folder: string): Promise<Uint8Array> => {
  const path = join(folder, 'link-key');
  if (!existsSync(path)) await writePrivately(path, randomBytes(32).toString('base64url'));
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64url');
  if (key.length < 32)
    throw new CarebedFailure(
      'link-key-damaged',
      `${path} does not hold a key: put it back from a backup, or delete it (links in messages already sent stop working)`,
    );
  return new Uint8Array(key);
};

/** A certificate of the gateway's own for TLS on 8883: EC P-256, ten years, for the names it can be reached by. Made once and kept. */
export const ownCertificateIn = async (folder: string, host: string): Promise<{ key: string; cert: string }> => {
  const [keyPath, certPath] = [join(folder, 'tls-key.pem'), join(folder, 'tls-cert.pem')];
  if (!existsSync(keyPath) || !existsSync(certPath)) {
    const names = [...new Set([host, hostname(), 'localhost', '127.0.0.1', '::1'])];
    const altNames = names.map((name) => (isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const)));
    const now = new Date();
    const made = await generate([{ name: 'commonName', value: 'Carebed gateway' }], {
      keyType: 'ec',
      curve: 'P-256',
      notBeforeDate: now,
      notAfterDate: new Date(now.getFullYear() + 10, now.getMonth(), now.getDate()),
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames },
      ],
    });
    await writePrivately(keyPath, made.private);
    await writePrivately(certPath, made.cert);
  }
  return { key: await readFile(keyPath, 'utf8'), cert: await readFile(certPath, 'utf8') };
};

/** What a new gateway starts with: the policies, the rosters they name (empty: somebody has to be put on duty), and the care profiles. */
const firstRecords = (): RecordRow[] => {
  const rosters = [
    ['duty', '值班坐席 duty'],
    ['second-seat', '第二坐席 second seat'],
    ['supervisor', '值班主管 supervisor'],
    ['responders', '上门响应 responders'],
    ['maintainers', '设备维护 maintainers'],
  ] as const;
  return [
    ...defaultPolicies.map((body): RecordRow => ({ record: 'policy', body })),
    ...rosters.map(([id, name]): RecordRow => ({ record: 'roster', body: rosterSchema.parse({ id, name }) })),
    { record: 'profile', body: careProfileSchema.parse({ id: 'standard', name: '标准 standard' }) },
    ...levelProfiles.map((body): RecordRow => ({ record: 'profile', body })),
  ];
};

/**
 * Fills a new store: first records and the first administrator's token, which is written to `admin-token` in the data folder. Each part is
 * made only when it is missing, so a first start that was killed half way is finished by the next.
 * @returns the token file's path when it was made now
 */
export const fillNewStore = async (folder: string, parts: { readonly reader: Reader; readonly keeper: Keeper }): Promise<string | null> => {
  const policy = await parts.reader.selectFrom('policy').select('id').limit(1).executeTakeFirst();
  if (policy === undefined) {
    await parts.keeper.execute(
      { type: 'import-records', rows: firstRecords() },
      { actor: 'gateway', person: null, audit: [], idempotency: null },
    );
  }
  const path = join(folder, 'admin-token');
  const made = await createFirstToken({ ...parts, write: (token) => writePrivately(path, `${token}\n`) });
  return made ? path : null;
};
