import type { GatewayProcess } from '../../test/harness/gateway-process.ts';
import { startCity } from '../city.ts';
import { type BenchOptions, type Figure, figure, median } from '../figure.ts';
import type { LoadGenerator } from '../load/load-generator.ts';

const few = 100;
const many = 10_000;
const markRatio = 1.25;
/** Embedded telemetry is copied in windows of ten readings a pad: at this rate one window of 10,000 pads is full in 10 s. */
const rate = 10_000;

/** How long a gateway takes from its end to its ready line. */
const restart = async (gateway: GatewayProcess): Promise<number> => {
  await gateway.stop();
  const begun = performance.now();
  await gateway.start();
  return performance.now() - begun;
};

/** What a message costs where 10,000 homes are connected, beside the same number of messages from 100 homes; and what starting costs. */
export const benchHomes = async (load: LoadGenerator, { quick, say }: BenchOptions): Promise<readonly Figure[]> => {
  await using village = await startCity({ homes: few });
  await using city = await startCity({ homes: many });
  const cost = async (gateway: GatewayProcess, pads: number): Promise<number> => {
    const { cpuMicros } = await load.run({
      port: Number(new URL(gateway.addresses.mqtt).port),
      pid: gateway.pid,
      pads,
      rate,
      warmSeconds: quick ? 2 : 4,
      seconds: quick ? 10 : 20,
    });
    say(`homes: ${cpuMicros.toFixed(1)} µs a message with ${pads} homes`);
    return cpuMicros;
  };
  const atFew: number[] = [];
  const atMany: number[] = [];
  for (let round = 0; round < (quick ? 1 : 2); round += 1) {
    atFew.push(await cost(village, few));
    atMany.push(await cost(city, many));
  }
  const ratio = median(atMany) / median(atFew);
  const ofCity = await restart(city);
  const ofVillage = await restart(village);
  return [
    figure('CPU a message, 10,000 homes', median(atMany), 'µs', median(atFew), '100 homes, as many messages', {
      text: '≤ 1.25 of it',
      met: ratio <= markRatio,
    }),
    figure('restart with 10,000 homes, to the ready line', ofCity / 1_000, 's', ofVillage / 1_000, '100 homes'),
  ];
};
