import type { DeviceId, HomeId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Facts } from '../domain/reading.ts';

/** One event that had to arrive: a cry for help, or the taking back of one. */
export interface LedgerEntry {
  readonly id: string;
  readonly home: HomeId;
  readonly device: DeviceId;
  readonly facts: Facts;
  /** Wall-clock instants. */
  readonly sentAt: Instant;
  /** When its first PUBACK came in; null while it has none. */
  readonly acknowledgedAt: Instant | null;
  /** How many PUBLISH packets were handed over for it, copies included. */
  readonly copies: number;
}

/** An exact account of every call by its event id. What stands here as acknowledged, the gateway has promised to keep. */
export interface Ledger {
  /** Notes a PUBLISH for this event; a further one for the same id counts as a copy. */
  sent(entry: Pick<LedgerEntry, 'id' | 'home' | 'device' | 'facts' | 'sentAt'>): void;
  /** Notes a PUBACK; only the first for an id sets the time. An id that was never sent is an error in the simulator, and thrown as one. */
  acknowledged(id: string, at: Instant): void;
  entries(): readonly LedgerEntry[];
  get(id: string): LedgerEntry | undefined;
}

export const createLedger = (): Ledger => {
  const byId = new Map<string, LedgerEntry>();
  return {
    sent: (entry) => {
      const known = byId.get(entry.id);
      byId.set(entry.id, known === undefined ? { ...entry, acknowledgedAt: null, copies: 1 } : { ...known, copies: known.copies + 1 });
    },
    acknowledged: (id, at) => {
      const known = byId.get(id);
      if (known === undefined) throw new Error(`an event was acknowledged that was never sent: ${id}`);
      if (known.acknowledgedAt === null) byId.set(id, { ...known, acknowledgedAt: at });
    },
    entries: () => [...byId.values()],
    get: (id) => byId.get(id),
  };
};
