import type Database from 'better-sqlite3';
import { seconds } from '../../domain/instant.ts';
import { createWorld, type KeptWorld } from '../keeper/world.ts';

/** How often each device model promises to speak, in seconds, by its id. */
export type HeartbeatSeconds = Readonly<Record<string, number>>;

/** Takes what is needed of the models in force. */
export const heartbeatSecondsOf = (models: ReadonlyMap<string, { readonly heartbeatSeconds: number }>): HeartbeatSeconds =>
  Object.fromEntries([...models].map(([id, { heartbeatSeconds }]) => [id, heartbeatSeconds]));

/** The records as they stand now. */
export const worldOf = (db: Database.Database, heartbeats: HeartbeatSeconds): KeptWorld => {
  const world = createWorld((id) => {
    const promised = heartbeats[id];
    return promised === undefined ? null : seconds(promised);
  });
  world.load(db);
  return world;
};
