import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKeeperRig, type KeeperRig, oneHome } from '../harness/keeper-rig.ts';
import { type TempDir, tempDir } from '../harness/temp-dir.ts';

let folder: TempDir;
let rig: KeeperRig;
beforeEach(async () => {
  folder = await tempDir('poison');
  rig = createKeeperRig(folder.path);
  rig.records(oneHome());
});
afterEach(async () => {
  rig.close();
  await folder.remove();
});

test('a row that a consumer of the journal has put among the rejections stands in nobody’s way', () => {
  rig.say('pad-1', { nonsense: 1 });
  rig.db.exec(`INSERT INTO rejection (seq, at, device, topic, payload, code, where_, detail)
    SELECT max(seq) + 1, 1, 'pad-1', '', x'', 'value-out-of-range', 'reading 1', '' FROM rejection`);
  rig.say('pad-1', { nonsense: 2 });
  expect(rig.troubles).toEqual([]);
  expect(rig.db.prepare('SELECT seq FROM rejection ORDER BY seq').pluck().all()).toEqual([1, 2, 3]);
});
