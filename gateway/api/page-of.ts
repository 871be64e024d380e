import { z } from 'zod';

/** Query parameters of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many to answer with, at most.'),
  after: z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9_-]+$/, { error: 'is not a position of this list; use the next of the page before' })
    .optional()
    .describe('The `next` of the page before.'),
};

/** A list's answer: `next` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), next: z.string().nullable() });

/** Cuts a list that was read with one row more than asked for, and names where the next page begins. */
export const cutPage = <T>(rows: readonly T[], limit: number, position: (row: T) => string): { items: T[]; next: string | null } => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? Buffer.from(position(last)).toString('base64url') : null };
};

/** Where a page begins: the text that {@link cutPage} put into `next`. */
export const readCursor = (cursor: string | undefined): string | null =>
  cursor === undefined ? null : Buffer.from(cursor, 'base64url').toString('utf8');

/** A cursor that holds a number; anything else begins at the beginning. */
export const readNumberCursor = (cursor: string | undefined): number | null => {
  const number = Number(readCursor(cursor) ?? Number.NaN);
  return Number.isSafeInteger(number) ? number : null;
};

/** A time in a query: RFC 3339, or milliseconds since 1970. */
export const timeInQuery = z
  .string()
  .max(40)
  .refine((text) => /^\d{1,15}$/.test(text) || z.iso.datetime({ offset: true }).safeParse(text).success, {
    error: 'is not a time; write it like 2026-05-01T08:00:00+08:00 or as milliseconds since 1970',
  });

/** The instant that {@link timeInQuery} has let through. */
export const instantOfQuery = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Date.parse(text));
