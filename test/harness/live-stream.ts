import { readEventStream, type StreamEvent } from '../../gateway/cli/event-stream.ts';
import type { GatewayProcess } from './gateway-process.ts';

/** The live stream of a running gateway, as a console follows it. */
export interface LiveStream extends Disposable {
  /** The next event that fits; others are passed over. Fails when the stream ends. */
  next(fits: (event: StreamEvent) => boolean): Promise<StreamEvent>;
}

/** Resolves when the stream is open, so that nothing after it is missed. */
export const followLive = async (gateway: GatewayProcess): Promise<LiveStream> => {
  const controller = new AbortController();
  const response = await fetch(`${gateway.addresses.http}/api/events`, {
    headers: { authorization: `Bearer ${await gateway.token()}` },
    signal: controller.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`GET /api/events: ${response.status}`);
  const events = readEventStream(response.body);
  const next: LiveStream['next'] = async (fits) => {
    for (;;) {
      const came: IteratorResult<StreamEvent, unknown> = await events.next();
      if (came.done === true) throw new Error('the live stream has ended');
      if (fits(came.value)) return came.value;
    }
  };
  await next(({ event }) => event === 'open');
  return { next, [Symbol.dispose]: () => controller.abort() };
};
