import { readingKinds, readingValueSchemas, type ReadingKind } from '../../domain/reading.ts';

/** The one type that a kind's value has in every store, for ever. */
export type KindType = 'number' | 'boolean' | 'text';

const typeBySchema = { number: 'number', boolean: 'boolean', enum: 'text' } as const satisfies Record<string, KindType>;

const types = new Map<ReadingKind, KindType>(readingKinds.map((kind) => [kind, typeBySchema[readingValueSchemas[kind].type]]));

/** The type of a kind's value, read off the vocabulary. */
export function kindType(kind: ReadingKind): KindType {
  const type = types.get(kind);
  if (type === undefined) throw new TypeError(`${kind} is not a kind of reading`);
  return type;
}
