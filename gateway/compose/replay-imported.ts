import { createReplayWorld } from '../../alerts/replay/replay-world.ts';
import { runReplay } from '../../alerts/replay/run-replay.ts';
import { type CareNumbersOverride, careNumbersOf } from '../../domain/care-profile.ts';
import { bedSchema, homeSchema } from '../../domain/home.ts';
import type { Instant } from '../../domain/instant.ts';
import type { ReplayReport } from '../../domain/replay.ts';
import type { World } from '../../domain/world.ts';
import { type ImportedHistory, importedBed, importedHome } from '../replay/imported.ts';

/** The home that an imported history is taken to be of. Its devices promise no heartbeat. */
const importedWorld = (numbers: CareNumbersOverride, timeZone: string): World => {
  const home = homeSchema.parse({ id: importedHome, provider: 'imported', name: 'imported', timeZone });
  const bed = bedSchema.parse({ id: importedBed, home: importedHome });
  const inForce = careNumbersOf({}, numbers);
  return {
    home: (id) => (id === home.id ? home : undefined),
    bed: (id) => (id === bed.id ? bed : undefined),
    bedsOf: () => [bed.id],
    residentOf: () => undefined,
    careNumbers: () => inForce,
    device: () => undefined,
    childOf: () => undefined,
    heartbeat: () => null,
    person: () => undefined,
    contactsOf: () => [],
    roster: () => undefined,
    policy: () => undefined,
  };
};

/** Replays a history from a file with these numbers, from its first reading to its last. @throws ZodError when the numbers contradict one another */
export const replayImported = ({ readings, timeZone, remarks }: ImportedHistory, numbers: CareNumbersOverride): ReplayReport => {
  const [first, last] = [readings.at(0), readings.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('an imported history has readings');
  return runReplay({
    world: createReplayWorld(importedWorld(numbers, timeZone)),
    items: readings.map((reading) => ({ type: 'reading', reading })),
    from: first.receivedAt,
    to: (last.receivedAt + 1) as Instant,
    beds: null,
    bedCount: 1,
    timeZone,
    real: null,
    remarks: [...remarks],
    monotonic: () => performance.now(),
  });
};
