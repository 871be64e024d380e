import type { Credential, FindCredential } from '../../domain/inbound.ts';
import type { DeviceId, DeviceModelId } from '../../domain/ids.ts';
import type { Reader } from '../store/reader.ts';

/** How many devices are read in one query. */
const page = 2_000;

/** What the broker needs to let devices in, kept in memory: a sign-in costs one look and one hash, also when a whole district comes back at once. */
export const createCredentials = (reader: Reader) => {
  const known = new Map<DeviceId, Credential>();

  const select = () => reader.selectFrom('device').select(['id', 'model', 'secret_hash', 'body']);
  const take = (row: { id: string; model: string; secret_hash: Uint8Array | null; body: string }): void => {
    if (row.secret_hash === null) {
      known.delete(row.id as DeviceId);
      return;
    }
    const { enabled } = JSON.parse(row.body) as { enabled: boolean };
    known.set(row.id as DeviceId, { secretHash: new Uint8Array(row.secret_hash), model: row.model as DeviceModelId, enabled });
  };

  const find: FindCredential = (device) => known.get(device);
  return {
    find,
    /** Reads all devices. */
    async load(): Promise<void> {
      for (let after = ''; ; ) {
        const found = await select().where('id', '>', after).orderBy('id').limit(page).execute();
        for (const row of found) take(row);
        const last = found.at(-1);
        if (last === undefined || found.length < page) return;
        after = last.id;
      }
    },
    /** Reads these devices anew after a commit; the ones that have gone are forgotten. @returns those that may no longer be signed in as they are. */
    async refresh(ids: readonly string[]): Promise<readonly DeviceId[]> {
      const before = new Map(ids.map((id) => [id, known.get(id as DeviceId)]));
      for (let start = 0; start < ids.length; start += page) {
        const some = ids.slice(start, start + page);
        const found = await select().where('id', 'in', some).execute();
        const present = new Set(found.map((row) => row.id));
        for (const row of found) take(row);
        for (const id of some) if (!present.has(id)) known.delete(id as DeviceId);
      }
      return ids.filter((id) => {
        const was = before.get(id);
        const is = known.get(id as DeviceId);
        return (
          was !== undefined && (is === undefined || !is.enabled || is.model !== was.model || !sameBytes(is.secretHash, was.secretHash))
        );
      }) as DeviceId[];
    },
  };
};

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(Buffer.from(b));
