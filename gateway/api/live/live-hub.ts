import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../domain/instant.ts';
import type { Principal } from '../../../domain/scope.ts';
import type { GatewayTrouble, LiveEvent, LiveFeed } from '../../live-event.ts';
import type { AccessTokens } from '../../people/access-tokens.ts';
import type { Reader } from '../../store/reader.ts';
import { eventFrame, heartbeatFrame, openingFrame, troubleFrame } from './frame.ts';
import { createHomePlaces, holds } from './home-places.ts';
import { readEvents } from './read-events.ts';

/** A reader that leaves this much lying is cut; it comes back and goes on where it stopped. */
const mostUnreadBytes = 1_024 * 1_024;
/** Live events kept for somebody who still catches up. */
const mostWaiting = 5_000;
/** Events read at once while somebody catches up. */
const catchUpStep = 500;

interface Watcher {
  readonly principal: Principal;
  readonly response: ServerResponse;
  /** The last event it has been sent. */
  position: number;
  /** Live events that came while it catches up; null once it is level. */
  waiting: { readonly seq: number; readonly frame: Buffer }[] | null;
}

/** Everybody who watches. */
export interface LiveHub {
  /** Sends what was committed after `after`, then what is committed from now on: nothing twice, nothing left out. Owns the response from here. */
  watch(principal: Principal, response: ServerResponse, after: number): Promise<void>;
  /** Ends the streams of a token. */
  end(token: string): void;
  count(): number;
  stop(): void;
}

/** Starts at once; `stop` ends every stream. */
export const createLiveHub = (parts: {
  readonly reader: Reader;
  readonly feed: LiveFeed;
  readonly tokens: AccessTokens;
  readonly clock: Clock;
  readonly heartbeatMs: number;
  readonly onCut: () => void;
}): LiveHub => {
  const { reader, feed } = parts;
  const watchers = new Set<Watcher>();
  const troubles = new Map<string, GatewayTrouble>();
  const placeOf = createHomePlaces(parts);

  const cut = (watcher: Watcher): void => {
    parts.onCut();
    watchers.delete(watcher);
    watcher.response.destroy();
  };

  const write = (watcher: Watcher, frame: Buffer): boolean => {
    if (watcher.response.destroyed || watcher.response.writableEnded) return false;
    if (watcher.response.writableLength > mostUnreadBytes) {
      cut(watcher);
      return false;
    }
    watcher.response.write(frame);
    return true;
  };

  const give = (watcher: Watcher, seq: number, frame: Buffer): void => {
    if (seq <= watcher.position) return;
    if (write(watcher, frame)) watcher.position = seq;
  };

  const hand = async (event: LiveEvent): Promise<void> => {
    if (watchers.size === 0) return;
    const needsPlace = [...watchers].some(({ principal }) => principal.scope !== 'all');
    const place = needsPlace ? await placeOf(event.home).catch(() => undefined) : null;
    const frame = eventFrame(event);
    for (const watcher of watchers) {
      if (place === undefined && watcher.principal.scope !== 'all') {
        // Its scope could not be looked up: it comes back and reads the event from the store.
        watcher.response.destroy();
      } else if (holds(watcher.principal.scope, place ?? null)) {
        if (watcher.waiting === null) give(watcher, event.seq, frame);
        else if (watcher.waiting.length < mostWaiting) watcher.waiting.push({ seq: event.seq, frame });
        else cut(watcher);
      }
    }
  };
  // One after the other, so that a look-up of one event's home lets no later event pass.
  let line: Promise<void> = Promise.resolve();
  const unsubscribe = feed.subscribe((event) => {
    line = line.then(() => hand(event));
  });
  const unsubscribeTrouble = feed.subscribeTrouble((trouble) => {
    if (trouble.over) troubles.delete(trouble.code);
    else troubles.set(trouble.code, trouble);
    const frame = troubleFrame(trouble);
    for (const watcher of watchers) write(watcher, frame);
  });

  const check = async (watcher: Watcher): Promise<void> => {
    const good = await parts.tokens.stillGood(watcher.principal.token).catch(() => true);
    if (good) write(watcher, heartbeatFrame);
    else watcher.response.end();
  };
  const heartbeat = setInterval(() => {
    for (const watcher of watchers) void check(watcher);
  }, parts.heartbeatMs);
  heartbeat.unref();

  const drained = (response: ServerResponse): Promise<void> =>
    new Promise((resolve) => {
      if (!response.writableNeedDrain || response.destroyed) return resolve();
      const done = (): void => {
        response.off('drain', done).off('close', done);
        resolve();
      };
      response.on('drain', done).on('close', done);
    });

  const catchUp = async (watcher: Watcher): Promise<void> => {
    for (;;) {
      const events = await readEvents(reader, watcher.principal.scope, watcher.position, catchUpStep);
      for (const event of events) give(watcher, event.seq, eventFrame(event));
      if (watcher.response.destroyed) return;
      // Whoever asks for years of events is given them at their own pace.
      await drained(watcher.response);
      if (events.length < catchUpStep) break;
    }
    for (const { seq, frame } of watcher.waiting ?? []) give(watcher, seq, frame);
    watcher.waiting = null;
  };

  return {
    async watch(principal, response, after) {
      const watcher: Watcher = { principal, response, position: after, waiting: [] };
      watchers.add(watcher);
      response.on('close', () => watchers.delete(watcher));
      response.on('error', () => watchers.delete(watcher));
      write(watcher, openingFrame(after));
      for (const trouble of troubles.values()) write(watcher, troubleFrame(trouble));
      try {
        await catchUp(watcher);
      } catch {
        // The store did not answer: the client comes back and goes on from its position.
        response.destroy();
      }
    },
    end(token) {
      for (const watcher of watchers) if (watcher.principal.token === token) watcher.response.end();
    },
    count: () => watchers.size,
    stop() {
      clearInterval(heartbeat);
      unsubscribe();
      unsubscribeTrouble();
      for (const watcher of watchers) watcher.response.end();
    },
  };
};
