import { expect, it } from 'vitest';
import { createPacketIds } from './packet-ids.ts';

it('packet ids go on from 1 to 65,535 and begin again, each device for itself, and are never 0', () => {
  const ids = createPacketIds();
  for (let n = 1; n <= 65_535; n++) if (ids.next('dev1') !== n) expect.unreachable(`id ${n} was given out of turn`);
  expect(ids.next('dev1')).toBe(1);
  expect(ids.next('dev2')).toBe(1);
  expect(ids.next('dev1')).toBe(2);
});
