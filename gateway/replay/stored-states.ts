import type Database from 'better-sqlite3';
import { z } from 'zod';
import { type ResidentState, residentSchema, residentStateSchema } from '../../domain/home.ts';
import type { BedId, HomeId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';

/** Where the resident of a bed was, from an instant on. */
export interface StoredState {
  readonly bed: BedId;
  readonly at: Instant;
  readonly state: ResidentState;
}

/** What the audit keeps of a change; older lines lack `until`. */
const detailSchema = z.looseObject({ state: residentStateSchema.shape.value, until: residentStateSchema.shape.until });
const atHome: ResidentState = { value: 'at-home', until: null };

/**
 * Where the residents of a home were in the past, as the audit has it. Before the first line they are taken to have been at home. A state
 * that was written into the record by other means counts from the record's last change.
 */
export const storedStates = (db: Database.Database, home: HomeId): StoredState[] => {
  const changesOf = db.prepare<[string], { at: number; detail: string }>(
    "SELECT at, detail FROM audit WHERE entity = 'resident' AND entity_id = ? AND action = 'set-state' ORDER BY seq",
  );
  const residents = db
    .prepare<[string], { body: string; updated_at: number }>(
      'SELECT r.body, r.updated_at FROM resident AS r JOIN bed ON bed.id = r.bed WHERE bed.home = ?',
    )
    .all(home);
  return residents.flatMap(({ body, updated_at: updatedAt }) => {
    const { id, bed, state } = residentSchema.parse(JSON.parse(body));
    const states: StoredState[] = [{ bed, at: 0 as Instant, state: atHome }];
    for (const { at, detail } of changesOf.all(id)) {
      const parsed = detailSchema.safeParse(JSON.parse(detail));
      if (parsed.success) states.push({ bed, at: at as Instant, state: { value: parsed.data.state, until: parsed.data.until } });
    }
    const last = states.at(-1)?.state;
    if (last?.value !== state.value || last.until !== state.until) states.push({ bed, at: updatedAt as Instant, state });
    return states;
  });
};
