import { setTimeout as pause } from 'node:timers/promises';
import { connectDevice, type MqttDevice } from '../../test/harness/mqtt-device.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { buttonOf, secretOf, startCity } from '../city.ts';
import { type BenchOptions, type Figure, figure, quantile } from '../figure.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import { startPlainBroker } from '../plain-broker.ts';
import { type Receiver, startReceiver } from '../receiver.ts';

const pads = 1_000;
const warmSeconds = 2;
/** The first presses of a server that has just started meet code that is not compiled yet; they are pressed and not counted. */
const warmPresses = 50;
const backgrounds = [
  { rate: 1_000, mark: 25 },
  { rate: 10_000, mark: 50 },
] as const;

interface Server {
  readonly url: string;
  readonly pid: number;
  /** Home whose button is pressed next: each press is a first one, of another home. */
  next: number;
}

/** Presses that are due at these milliseconds from the start; between them as irregular as people are, the same on every run. */
const dueTimes = (count: number, seconds: number): number[] => {
  let state = 1;
  return Array.from({ length: count }, (_, index) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return ((index + state / 0x80_00_00_00) * seconds * 1_000) / count;
  });
};

/**
 * Presses buttons of different homes while pads talk at `rate`; gives for each press the milliseconds from just before it is published to the
 * arrival of the first message about it. Presses come when they are due, however the earlier ones fare.
 */
const press = async (
  load: LoadGenerator,
  server: Server,
  receiver: Receiver,
  { rate, count, seconds }: { readonly rate: number; readonly count: number; readonly seconds: number },
): Promise<number[]> => {
  receiver.forget();
  const homes = Array.from({ length: warmPresses + count }, (_, index) => server.next + index);
  server.next += homes.length;
  const buttons: MqttDevice[] = [];
  for (const home of homes) buttons.push(await connectDevice(server.url, buttonOf(home), secretOf(home)));
  const port = Number(new URL(server.url).port);
  const background = load.start({ port, pid: server.pid, pads, rate, warmSeconds, seconds: seconds + 1 });
  await background.sending;
  await pause(warmSeconds * 1_000);
  const pressedAt: number[] = [];
  const answered: Promise<void>[] = [];
  const start = performance.now();
  for (const [index, due] of dueTimes(homes.length, seconds).entries()) {
    const early = start + due - performance.now();
    if (early > 0) await pause(early);
    pressedAt.push(performance.now());
    const button = buttons[index];
    if (button !== undefined) answered.push(button.say('event', { button: 'press' }, `bench-${homes[index]}`));
  }
  await Promise.all(answered);
  await waitFor('every press to be told', () => receiver.arrivals.size >= homes.length, { state: () => receiver.arrivals.size });
  await background.result;
  await Promise.all(buttons.map((button) => button.end()));
  return homes
    .map((home, index) => (receiver.arrivals.get(buttonOf(home)) ?? Number.NaN) - (pressedAt[index] ?? Number.NaN))
    .slice(warmPresses);
};

/**
 * From just before a button publishes its press to the arrival of the first notification at a receiver on this machine, with pads talking in
 * the background; beside the least there is: aedes alone that posts as soon as it sees the press and keeps nothing.
 */
export const benchPress = async (load: LoadGenerator, { quick, say }: BenchOptions): Promise<readonly Figure[]> => {
  await using receiver = await startReceiver();
  await using plain = await startPlainBroker(receiver.url);
  await using gateway = await startCity({ homes: pads, tell: receiver.url });
  const ours: Server = { url: gateway.addresses.mqtt, pid: gateway.pid, next: 0 };
  const theirs: Server = { url: `mqtt://127.0.0.1:${plain.port}`, pid: plain.pid, next: 0 };
  const figures: Figure[] = [];
  for (const { rate, mark } of backgrounds) {
    const how = { rate, count: quick ? 200 : 400, seconds: quick ? 5 : 20 };
    const took = await press(load, ours, receiver, how);
    const least = await press(load, theirs, receiver, how);
    const p99 = quantile(took, 0.99);
    say(`press: ${rate} msg/s behind it, p99 ${p99.toFixed(1)} ms, worst ${Math.max(...took).toFixed(1)} ms`);
    const name = `press → first notification, ${rate.toLocaleString('en')} msg/s behind it`;
    const against = 'aedes alone and one POST, nothing kept';
    figures.push(
      figure(`${name}: p50`, quantile(took, 0.5), 'ms', quantile(least, 0.5), against),
      figure(`${name}: p99`, p99, 'ms', quantile(least, 0.99), against, { text: `< ${mark} ms`, met: p99 < mark }),
    );
  }
  return figures;
};
