import { type ReadingKind, type ReadingValue, readingValueSchemas } from '../../domain/reading.ts';
import { CarebedFailure } from '../../domain/failure.ts';

/**
 * Reads a value out of a store: SQLite gives booleans as 0 and 1. Throws CarebedFailure `telemetry-value-invalid` when it is not one of this
 * kind's.
 */
export function readValue(kind: ReadingKind, stored: unknown): ReadingValue {
  const schema = readingValueSchemas[kind];
  const plain = schema.type === 'boolean' && typeof stored === 'number' ? stored === 1 : stored;
  const parsed = schema.safeParse(plain);
  if (!parsed.success) throw new CarebedFailure('telemetry-value-invalid', `The telemetry store holds a ${kind} that is none.`);
  return parsed.data;
}
