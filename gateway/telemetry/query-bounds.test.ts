import { expect, test } from 'vitest';
import { bedIdSchema, deviceIdSchema } from '../../domain/ids.ts';
import { instant } from '../../domain/instant.ts';
import { assertLastQuery, assertSeriesQuery } from './query-bounds.ts';
import type { SeriesQuery } from './store.ts';

const query: SeriesQuery = {
  of: { bed: bedIdSchema.parse('bed-1') },
  kinds: ['open'],
  from: instant(500),
  to: instant(10_000),
  windowMs: 1_000,
  limit: 10,
};

test('a query within bounds passes, also one of as many windows as the limit', () => {
  expect(() => assertSeriesQuery(query)).not.toThrow();
  expect(() => assertSeriesQuery({ ...query, to: query.from, windowMs: null })).not.toThrow();
});

test.for([
  [{ to: instant(10_001) }, 'span 11 windows and limit is 10'],
  [{ windowMs: 999 }, 'at least one second'],
  [{ windowMs: 1_000.5 }, 'at least one second'],
  [{ limit: 0 }, 'from 1 to 20000'],
  [{ limit: 20_001 }, 'from 1 to 20000'],
  [{ limit: 1.5 }, 'from 1 to 20000'],
  [{ from: instant(10_001) }, 'not be later'],
] as const)('%o is refused with what would be right', ([change, message]) => {
  expect(() => assertSeriesQuery({ ...query, ...change })).toThrow(message);
});

test('more devices at once than can be answered in bounded work are refused', () => {
  const devices = Array.from({ length: 501 }, (_, index) => deviceIdSchema.parse(`pad-${index}`));
  expect(() => assertLastQuery({ devices, since: instant(0) })).toThrow('At most 500');
  expect(() => assertLastQuery({ devices: devices.slice(1), since: instant(0) })).not.toThrow();
});
