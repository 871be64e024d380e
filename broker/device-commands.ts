import type { DeviceId } from '../domain/ids.ts';
import type { BrokerCounters } from './counters.ts';
import type { Link } from './link.ts';
import type { SessionStore } from './session-store.ts';
import { buildTopic, isTopicName, matches } from './topic.ts';

/** What became of a command. `sent`: written to the device's connection; `queued`: it waits for the device to come back; else nobody will hear it. */
export type CommandResult = 'sent' | 'queued' | 'not-subscribed' | 'offline' | 'invalid-topic';

/**
 * Commands go straight to the one device they are for, with QoS 1 at most (what the device subscribed with), and never through a router in which
 * another device that does not read could hold them up.
 */
export const createDeviceCommands = (options: {
  readonly current: ReadonlyMap<DeviceId, Link>;
  readonly sessions: SessionStore;
  readonly counters: BrokerCounters;
}) => {
  /** With the name `queued` it tells one waiting command from another, as aedes's own counter does for those that are sent. */
  let queued = 0;
  return {
    async send(device: DeviceId, below: string, payload: Uint8Array | string): Promise<CommandResult> {
      const topic = buildTopic(device, below);
      if (!isTopicName(topic) || below === '') return 'invalid-topic';
      const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), retain: false, dup: false } as const;
      const link = options.current.get(device);
      const client = link?.client ?? null;
      if (link === undefined || client === null) {
        const qos = options.sessions.wanted(device, topic);
        // A message of QoS 0 does not wait for anybody (MQTT 4.3.1).
        if (qos === null || qos === 0) return 'offline';
        options.counters.count('command-queued');
        queued += 1;
        await options.sessions.outgoingEnqueue({ clientId: device }, { ...packet, qos: 1, brokerId: 'queued', brokerCounter: queued });
        return 'queued';
      }
      const granted = [...link.subscriptions].filter(([filter]) => matches(filter, topic)).map(([, qos]) => qos);
      if (granted.length === 0) return 'not-subscribed';
      options.counters.count('command-sent');
      await new Promise<void>((resolve) => client.publish({ ...packet, qos: Math.max(...granted) > 0 ? 1 : 0 }, () => resolve()));
      return 'sent';
    },
  };
};
