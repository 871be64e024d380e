import { startCity } from '../city.ts';
import { type Figure, figure, median, type BenchOptions } from '../figure.ts';
import type { LoadGenerator, LoadResult } from '../load/load-generator.ts';
import { startPlainBroker } from '../plain-broker.ts';

const pads = 1_000;
const markRate = 20_000;
const markRatio = 0.5;

/**
 * 1,000 pads, each sending its next message when the last one is acknowledged: how many a second the gateway commits and acknowledges, beside
 * aedes with nothing behind it. In turns, so that a slow moment of the machine meets both.
 */
export const benchSustained = async (load: LoadGenerator, { quick, say }: BenchOptions): Promise<readonly Figure[]> => {
  await using plain = await startPlainBroker();
  await using gateway = await startCity({ homes: pads });
  const port = Number(new URL(gateway.addresses.mqtt).port);
  const ours: LoadResult[] = [];
  const theirs: LoadResult[] = [];
  const how = { pads, rate: 'flat-out', warmSeconds: quick ? 1.5 : 3, seconds: quick ? 2.5 : 6 } as const;
  for (let round = 0; round < (quick ? 2 : 3); round += 1) {
    ours.push(await load.run({ ...how, port, pid: gateway.pid }));
    theirs.push(await load.run({ ...how, port: plain.port, pid: plain.pid }));
    say(`sustained: ${Math.round(ours.at(-1)?.rate ?? 0)} msg/s, aedes alone ${Math.round(theirs.at(-1)?.rate ?? 0)}`);
  }
  const middle = (of: readonly LoadResult[], pick: (result: LoadResult) => number): number => median(of.map(pick));
  const rate = middle(ours, (result) => result.rate);
  const plainRate = middle(theirs, (result) => result.rate);
  const name = 'sustained QoS 1, 1,000 connections';
  const aedes = 'aedes alone, nothing behind it';
  return [
    figure(name, rate, 'msg/s', plainRate, aedes, {
      text: `≥ ${markRatio} of it, and ≥ 20,000`,
      met: rate / plainRate >= markRatio && rate >= markRate,
    }),
    figure(
      `${name}: PUBACK p99`,
      middle(ours, (r) => r.ms.p99),
      'ms',
      middle(theirs, (r) => r.ms.p99),
      aedes,
    ),
    figure(
      `${name}: CPU a message`,
      middle(ours, (r) => r.cpuMicros),
      'µs',
      middle(theirs, (r) => r.cpuMicros),
      aedes,
    ),
  ];
};
