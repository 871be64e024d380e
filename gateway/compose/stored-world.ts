import type Database from 'better-sqlite3';
import { loadModels } from '../../broker/model-store.ts';
import { seconds } from '../../domain/instant.ts';
import { createWorld, type KeptWorld } from '../keeper/world.ts';

/** The records as they stand now, with the heartbeats that the device models promise. */
export const worldOf = (db: Database.Database, deviceModels: string | null): KeptWorld => {
  const models = loadModels(deviceModels ?? undefined);
  const world = createWorld((id) => {
    const model = models.get(id);
    return model === undefined ? null : seconds(model.heartbeatSeconds);
  });
  world.load(db);
  return world;
};
