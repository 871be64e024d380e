import { instant } from '../../domain/instant.ts';
import { storeFileIn } from '../../gateway/store/backup.ts';
import { openStore } from '../../gateway/store/open-store.ts';
import { createEmbeddedTelemetry } from '../../gateway/telemetry/embedded-writer.ts';
import type { GatewayProcess } from '../../test/harness/gateway-process.ts';
import { padOf, startCity } from '../city.ts';
import { type BenchOptions, type Figure, figure, median } from '../figure.ts';
import type { LoadGenerator } from '../load/load-generator.ts';

const pads = 1_000;
const rate = 5_000;

/** Puts that many readings of the past into the store of a gateway that stands still, journal and embedded telemetry both. */
const grow = (gateway: GatewayProcess, rows: number): void => {
  const db = openStore(storeFileIn(gateway.data));
  db.pragma('synchronous = OFF');
  const insert = db.prepare(
    'INSERT INTO reading (device, home, bed, received_at, device_at, event_id, facts) VALUES (?, ?, ?, ?, NULL, ?, ?)',
  );
  const begun = instant(Date.now() - 86_400_000);
  const piece = 20_000;
  for (let done = 0; done < rows; done += piece) {
    db.transaction(() => {
      for (let index = done; index < Math.min(rows, done + piece); index += 1) {
        const pad = index % pads;
        const facts = JSON.stringify({ occupied: true, heartRate: 55 + (index % 20), breathingRate: 14, battery: 87, signal: -61 });
        insert.run(padOf(pad), `h${pad}`, `b${pad}`, begun + Math.floor((index * 80_000_000) / rows), String(index), facts);
      }
    })();
  }
  const telemetry = createEmbeddedTelemetry(db);
  while (telemetry.copy(piece));
  db.close();
};

/** What a message costs, and a start takes, when the store holds a day or two of a large gateway; beside the same gateway while it was empty. */
export const benchGrowth = async (load: LoadGenerator, { quick, say }: BenchOptions): Promise<readonly Figure[]> => {
  const rows = quick ? 200_000 : 1_500_000;
  await using gateway = await startCity({ homes: pads });
  const cost = async (): Promise<number> => {
    const took: number[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      const port = Number(new URL(gateway.addresses.mqtt).port);
      took.push((await load.run({ port, pid: gateway.pid, pads, rate, warmSeconds: quick ? 3 : 4, seconds: quick ? 3 : 6 })).cpuMicros);
    }
    return median(took);
  };
  const restart = async (): Promise<number> => {
    const begun = performance.now();
    await gateway.start();
    return (performance.now() - begun) / 1_000;
  };
  await gateway.stop();
  const startEmpty = await restart();
  const empty = await cost();
  await gateway.stop();
  grow(gateway, rows);
  const startFull = await restart();
  const full = await cost();
  say(`growth: ${empty.toFixed(1)} µs a message empty, ${full.toFixed(1)} with ${rows} readings`);
  const stored = `${rows.toLocaleString('en')} readings stored`;
  return [
    figure(`CPU a message, ${stored}`, full, 'µs', empty, 'the same, empty'),
    figure(`start, ${stored}`, startFull, 's', startEmpty, 'the same, empty'),
  ];
};
