import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { waitFor, waitForEvent } from './wait-for.ts';

it('gives back what it was waiting for, also when looking threw before', async () => {
  let looks = 0;
  const look = (): string | undefined => {
    looks += 1;
    if (looks === 1) throw new Error('not there yet');
    return looks === 3 ? 'here' : undefined;
  };
  expect(await waitFor('it', look, { every: 1 })).toBe('here');
});

it('says after the deadline what was waited for, what was there and the last error', async () => {
  const look = (): never => {
    throw new Error('connection refused');
  };
  const waiting = waitFor('the gateway', look, { within: 10, every: 1, state: () => ({ open: 2 }) });
  await expect(waiting).rejects.toThrow(
    'Waited 10 ms in vain for the gateway. What was there: {"open":2}. Last error: connection refused.',
  );
});

it('takes the first event that fits and leaves no listener behind', async () => {
  const source = new EventEmitter<{ number: [number] }>();
  const waiting = waitForEvent<number>(
    'an even number',
    (listener) => {
      source.on('number', listener);
      return () => source.off('number', listener);
    },
    (it) => it % 2 === 0,
  );
  source.emit('number', 1);
  source.emit('number', 4);
  source.emit('number', 6);
  expect(await waiting).toBe(4);
  expect(source.listenerCount('number')).toBe(0);
});

it('unsubscribes also from a source that delivers at once', async () => {
  let subscribed = true;
  const waiting = waitForEvent<string>(
    'anything',
    (listener) => {
      listener('at once');
      return () => {
        subscribed = false;
      };
    },
    () => true,
  );
  expect(await waiting).toBe('at once');
  expect(subscribed).toBe(false);
});

it('an event that never comes is an error that counts the others', async () => {
  const waiting = waitForEvent<number>(
    'a seven',
    (listener) => (listener(1), listener(2), () => undefined),
    (it) => it === 7,
    { within: 10 },
  );
  await expect(waiting).rejects.toThrow('Waited 10 ms in vain for a seven (2 other events came).');
});
