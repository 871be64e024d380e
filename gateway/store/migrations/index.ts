import { first } from './0001-first.ts';
import { waitingDevices } from './0002-waiting-devices.ts';
import { shadowProfiles } from './0003-shadow-profiles.ts';
import { recordVersions } from './0004-record-versions.ts';

/** Every step from an empty file to today's shape, in order. Steps run forward only and are never edited once released. */
export const migrations: readonly { readonly version: number; readonly sql: string }[] = [
  first,
  waitingDevices,
  shadowProfiles,
  recordVersions,
];
