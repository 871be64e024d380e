import type Database from 'better-sqlite3';
import type { Device } from '../../domain/device.ts';
import type { DeviceId } from '../../domain/ids.ts';
import { type Instant, minutes } from '../../domain/instant.ts';
import type { WaitingChild } from '../../domain/waiting-child.ts';

/** So many of one hub's children wait at most; the one that was silent longest goes first, and those that have called go last. */
export const waitingPerHub = 100;
/** That a waiting child was heard again is written this often at most. */
const noteEvery = minutes(5);

interface Row {
  readonly hub: string;
  readonly name: string;
  readonly says: string | null;
  readonly model: string | null;
  readonly heard: string;
  readonly first_seen: number;
  readonly last_seen: number;
  readonly called_at: number | null;
}

/** Who goes first when there are too many. */
const leavesBefore = (a: Row, b: Row): number =>
  Number(a.called_at !== null) - Number(b.called_at !== null) || a.last_seen - b.last_seen || (a.name < b.name ? -1 : 1);

/**
 * The children that hubs have spoken of and nobody has placed. Kept in memory beside the store, so that a neighbour's chatter costs no query; what
 * writes runs inside a transaction of the caller's, and `load` brings memory back after one that was rolled back.
 */
export const createWaitingDevices = (db: Database.Database) => {
  const all = db.prepare<[], Row>('SELECT * FROM waiting_device');
  const put = db.prepare(
    `INSERT INTO waiting_device (hub, name, says, model, heard, first_seen, last_seen, called_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (hub, name) DO UPDATE SET says = excluded.says, model = excluded.model, heard = excluded.heard, last_seen = excluded.last_seen, called_at = excluded.called_at`,
  );
  const remove = db.prepare('DELETE FROM waiting_device WHERE hub = ? AND name = ?');
  const removeOf = db.prepare('DELETE FROM waiting_device WHERE hub = ?');
  const hubs = new Map<string, Map<string, Row>>();

  const of = (hub: string): Map<string, Row> => {
    const known = hubs.get(hub) ?? new Map<string, Row>();
    hubs.set(hub, known);
    return known;
  };

  return {
    load(): void {
      hubs.clear();
      for (const row of all.iterate()) of(row.hub).set(row.name, row);
    },
    /** A hub spoke of it. */
    note(child: WaitingChild, at: Instant): void {
      const { hub, name, heard } = child;
      const ofHub = of(hub);
      const known = ofHub.get(name);
      const says = child.says ?? known?.says ?? null;
      const model = child.model ?? known?.model ?? null;
      const news = says !== known?.says || model !== known.model || child.called;
      if (known !== undefined && !news && at - known.last_seen < noteEvery) return;
      if (known === undefined && ofHub.size >= waitingPerHub) {
        const [first] = [...ofHub.values()].sort(leavesBefore);
        if (first !== undefined) {
          ofHub.delete(first.name);
          remove.run(hub, first.name);
        }
      }
      const row: Row = {
        hub,
        name,
        says,
        model,
        heard,
        first_seen: known?.first_seen ?? at,
        last_seen: at,
        called_at: child.called ? at : (known?.called_at ?? null),
      };
      ofHub.set(name, row);
      put.run(row.hub, row.name, row.says, row.model, row.heard, row.first_seen, row.last_seen, row.called_at);
    },
    /** A device is written: it waits no longer. Only in the store; `forget` follows once the commit stands. */
    writePlaced({ hub, hubName, id }: Pick<Device, 'hub' | 'hubName' | 'id'>): void {
      if (hub === null) return;
      remove.run(hub, hubName ?? id);
    },
    /** A hub is deleted, and with it what waited under it. */
    writeGone(id: string): void {
      removeOf.run(id);
    },
    /** A device was committed, or (null) deleted. */
    forget(device: Device | null, id: DeviceId): void {
      if (device === null) hubs.delete(id);
      else if (device.hub !== null) hubs.get(device.hub)?.delete(device.hubName ?? device.id);
    },
  };
};
export type WaitingDevices = ReturnType<typeof createWaitingDevices>;
