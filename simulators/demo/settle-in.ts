import { z } from 'zod';
import type { GatewayApi } from '../gateway-api.ts';
import type { Neighbourhood } from './neighbourhood.ts';

/** The import's own limit of rows in one call is 2,000. */
const mostRows = 1_000;
const order = ['district', 'provider', 'home', 'bed', 'profile', 'resident', 'device', 'person', 'contact', 'roster', 'policy'] as const;

/** Registers a neighbourhood, or a part of one, with the gateway, as `carebed import` does: what others refer to first. Returns how many records stand. */
export const settleIn = async (api: GatewayApi, records: Partial<Neighbourhood>): Promise<number> => {
  let imported = 0;
  for (const record of order) {
    const rows = records[record] ?? [];
    for (let from = 0; from < rows.length; from += mostRows) {
      const answer = await api.post('/api/import', { record, rows: rows.slice(from, from + mostRows) }, z.object({ imported: z.number() }));
      imported += answer.imported;
    }
  }
  return imported;
};
