import { expect, test } from 'vitest';
import { createSteadyClock } from './steady-clock.ts';

const rig = () => {
  const time = { wall: 1_000_000, monotonic: 50 };
  const steps: number[] = [];
  const clock = createSteadyClock(
    (step) => steps.push(step.by),
    () => time.wall,
    () => time.monotonic,
  );
  const pass = (ms: number, wallMs = ms): void => {
    time.monotonic += ms;
    time.wall += wallMs;
  };
  return { clock, pass, steps };
};

test('it follows the wall clock, and its drift', () => {
  const { clock, pass, steps } = rig();
  expect(clock.now()).toBe(1_000_000);
  pass(60_000, 60_400);
  expect(clock.now()).toBe(1_060_400);
  expect(steps).toEqual([]);
});

test('a clock set an hour back puts off no wait', () => {
  const { clock, pass, steps } = rig();
  const before = clock.now();
  pass(10, -3_600_000);
  expect(clock.now()).toBe(before + 10);
  pass(60_000);
  expect(clock.now()).toBe(before + 60_010);
  expect(steps).toEqual([-3_600_010]);
});

test('a clock set an hour forward is believed, and said', () => {
  const { clock, pass, steps } = rig();
  const before = clock.now();
  pass(0, 3_600_000);
  expect(clock.now()).toBe(before + 3_600_000);
  expect(steps).toEqual([3_600_000]);
});

test('drift backward never makes it run backward', () => {
  const { clock, pass } = rig();
  pass(1_000);
  const before = clock.now();
  pass(0, -500);
  expect(clock.now()).toBe(before);
});
