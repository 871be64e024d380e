import type { DeviceId, DeviceModelId } from '../domain/ids.ts';
import { belowPrefix, covers, isTopicName, prefixOf } from './topic.ts';

/** Who may say what and hear what. */
export interface TopicAccess {
  /** The topic below the device's own prefix; null when it may not publish there. */
  publish(device: DeviceId, topic: string): string | null;
  /** True when the device may subscribe to this filter. */
  subscribe(device: DeviceId, model: DeviceModelId, filter: string): boolean;
}

/**
 * A device publishes below its own prefix and subscribes to what its model's command patterns cover, also below it.
 * `commandsOf` gives those patterns, such as `command/#`.
 */
export const createDeviceTopicAccess = (commandsOf: (model: DeviceModelId) => readonly string[]): TopicAccess => ({
  publish: (device, topic) => (isTopicName(topic) ? belowPrefix(prefixOf(device), topic) : null),
  subscribe: (device, model, filter) => {
    const below = belowPrefix(prefixOf(device), filter);
    return below !== null && commandsOf(model).some((pattern) => covers(pattern, below));
  },
});
