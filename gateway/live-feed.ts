import type { GatewayTrouble, LiveEvent, LiveFeed } from './live-event.ts';

/** Hands committed events out to whoever listens in this process, in order, and remembers which troubles are on. */
export const createLiveFeed = () => {
  const listeners = new Set<(event: LiveEvent) => void>();
  const troubleListeners = new Set<(trouble: GatewayTrouble) => void>();
  const troubles = new Map<string, GatewayTrouble>();
  const add = <Item>(set: Set<Item>, item: Item) => {
    set.add(item);
    return () => {
      set.delete(item);
    };
  };
  const feed: LiveFeed = {
    subscribe: (listener) => add(listeners, listener),
    subscribeTrouble: (listener) => add(troubleListeners, listener),
  };
  return {
    ...feed,
    publish(event: LiveEvent): void {
      for (const listener of listeners) listener(event);
    },
    trouble(trouble: GatewayTrouble): void {
      if (trouble.over) troubles.delete(trouble.code);
      else troubles.set(trouble.code, trouble);
      for (const listener of troubleListeners) listener(trouble);
    },
    /** What is wrong at this moment. */
    troubles: (): readonly string[] => [...troubles.keys()],
  };
};
