import { type Instant, toRfc3339 } from '../../domain/instant.ts';
import type { Saying } from '../emission.ts';
import type { SimDevice } from '../home.ts';
import { prefixOf, type Publication } from './publication.ts';

/** One saying in Carebed's own JSON protocol. `deviceAt` is what the device's clock showed when it happened. */
export const carebedJson = (saying: Saying, deviceAt: Instant): Publication[] => {
  const { device, facts } = saying;
  const at = toRfc3339(deviceAt);
  const body = saying.channel === 'status' ? { online: facts.online ?? true, at } : { id: saying.id, at, readings: facts };
  const sender = device.hub ?? device.id;
  const path = device.hub === null ? saying.channel : `child/${device.hubName ?? device.id}/${saying.channel}`;
  return [
    {
      sender,
      topic: `${prefixOf(sender)}/${path}`,
      payload: JSON.stringify(body),
      qos: 1,
      retain: false,
    },
  ];
};

/** What the gateway publishes in the device's name when it is lost. */
export const carebedWill = (device: SimDevice): Publication => ({
  sender: device.id,
  topic: `${prefixOf(device.id)}/status`,
  payload: JSON.stringify({ online: false }),
  qos: 1,
  retain: false,
});
