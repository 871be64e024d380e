import { z } from 'zod';
import { type Instant, instantSchema } from '../../../domain/instant.ts';
import { within } from './within.ts';

export const rowSchema = z.strictObject({
  count: z.number().int().min(1),
  /** When the first and the last of the row came. */
  since: instantSchema,
  lastAt: instantSchema,
});
export type Row = z.infer<typeof rowSchema>;

/**
 * *In a row*: the row with one more. Begins anew when the last is `breakMs` or more ago; the same row when the last is less than `apartMs`
 * ago, for then it is the same sample said again.
 */
export const oneMore = (row: Row | null, at: Instant, apartMs: number, breakMs: number): Row => {
  if (row === null || !within(row.lastAt, at, breakMs)) return { count: 1, since: at, lastAt: at };
  if (within(row.lastAt, at, apartMs)) return row;
  return { count: row.count + 1, since: row.since, lastAt: at };
};
