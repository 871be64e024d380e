import type { Scope } from '../../../domain/scope.ts';
import type { Clock } from '../../../domain/instant.ts';
import type { Reader } from '../../store/reader.ts';

/** Under which provider and district a home lies. */
export interface HomePlace {
  readonly home: string;
  readonly provider: string;
  readonly district: string;
}

/** A home that moves to another provider is seen by the new one after this at the latest. */
const believedMs = 10_000;

/** Where homes lie, remembered for a moment, so that an event costs one look-up however many people watch. */
export const createHomePlaces = ({ reader, clock }: { reader: Reader; clock: Clock }) => {
  const known = new Map<string, { place: HomePlace | null; readAt: number }>();
  return async (home: string): Promise<HomePlace | null> => {
    const remembered = known.get(home);
    const now = clock.monotonic();
    if (remembered !== undefined && now - remembered.readAt < believedMs) return remembered.place;
    const row = await reader
      .selectFrom('home')
      .innerJoin('provider', 'provider.id', 'home.provider')
      .select(['home.id as home', 'home.provider', 'provider.district'])
      .where('home.id', '=', home)
      .executeTakeFirst();
    if (known.size > 20_000) known.clear();
    known.set(home, { place: row ?? null, readAt: now });
    return row ?? null;
  };
};

/** Whether a home of that place lies inside the scope; the same answer as `scoped` gives in SQL. */
export const holds = (scope: Scope, place: HomePlace | null): boolean =>
  scope === 'all' ||
  (place !== null &&
    ((scope.homes as readonly string[]).includes(place.home) ||
      (scope.providers as readonly string[]).includes(place.provider) ||
      (scope.districts as readonly string[]).includes(place.district)));
