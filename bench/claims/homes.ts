import type { GatewayProcess } from '../../test/harness/gateway-process.ts';
import { startCity } from '../city.ts';
import { type BenchOptions, type Figure, figure, median } from '../figure.ts';
import type { LoadGenerator } from '../load/load-generator.ts';

const few = 100;
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

/** What a message costs where 10,000 homes (quick: 2,000) are connected, beside as many messages from 100 homes; and what starting costs. */
export const benchHomes = async (load: LoadGenerator, { quick, say }: BenchOptions): Promise<readonly Figure[]> => {
  const many = quick ? 2_000 : 10_000;
  await using village = await startCity({ homes: few });
  await using city = await startCity({ homes: many });
  const run = async (gateway: GatewayProcess, pads: number, warmSeconds: number, seconds: number): Promise<number> => {
    const port = Number(new URL(gateway.addresses.mqtt).port);
    return (await load.run({ port, pid: gateway.pid, pads, rate, warmSeconds, seconds })).cpuMicros;
  };
  const cost = async (gateway: GatewayProcess, pads: number): Promise<number> => {
    const cpuMicros = await run(gateway, pads, 2, quick ? 6 : 15);
    say(`homes: ${cpuMicros.toFixed(1)} µs a message with ${pads} homes`);
    return cpuMicros;
  };
  // The first words of a home begin its rules' states and set its debounces: that is paid once, and here before anything is measured.
  await run(village, few, 0, quick ? 4 : 30);
  await run(city, many, 0, quick ? 4 : 30);
  const atFew: number[] = [];
  const atMany: number[] = [];
  for (let round = 0; round < (quick ? 1 : 2); round += 1) {
    atFew.push(await cost(village, few));
    atMany.push(await cost(city, many));
  }
  const homes = `${many.toLocaleString('en')} homes`;
  const ratio = median(atMany) / median(atFew);
  const ofCity = await restart(city);
  const ofVillage = await restart(village);
  return [
    figure(`CPU a message, ${homes}`, median(atMany), 'µs', median(atFew), '100 homes, as many messages', {
      text: '≤ 1.25 of it',
      met: ratio <= markRatio,
    }),
    figure(`restart with ${homes}, to the ready line`, ofCity / 1_000, 's', ofVillage / 1_000, '100 homes'),
  ];
};
