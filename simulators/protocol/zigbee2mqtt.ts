import { type Instant, toRfc3339 } from '../../domain/instant.ts';
import type { Facts } from '../../domain/reading.ts';
import type { Saying } from '../emission.ts';
import type { DeviceRole, SimDevice } from '../home.ts';
import { prefixOf, type Publication } from './publication.ts';

/** `fall_status` of the Heiman HS2FD-EF1-3.0, the fall radar whose messages were seen; its alarm texts are made from its `exposes`. */
const fallStatus = { suspected: 'fall_warning', confirmed: 'fall_alarm', cleared: 'normal', cancel: 'normal' } as const;

const present = (entries: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));

/** The state a Zigbee2MQTT bridge publishes for a device of that role: its own words, and only what this message is about. */
const stateOf = (role: DeviceRole, facts: Facts): Record<string, unknown> => {
  switch (role) {
    case 'button':
      return present({ action: facts.button === 'press' ? 'emergency' : null, battery: facts.battery });
    case 'fall':
      return present({
        fall_status: facts.fall === undefined ? undefined : fallStatus[facts.fall],
        occupancy: facts.presence,
        sensor_status: facts.presence === false ? 'unoccupied' : 'activity',
      });
    case 'bed':
    case 'motion':
      return present({ occupancy: role === 'bed' ? facts.occupied : facts.motion, battery: facts.battery });
    case 'contact':
      return present({ contact: facts.open === undefined ? undefined : !facts.open, battery: facts.battery });
    case 'hub':
      return {};
  }
};

/**
 * One saying as a Zigbee2MQTT bridge tells it under its base topic `carebed/v1/<hub>`. A press comes as real bridges send it: the action,
 * then the empty action, then the action's plain text on `/action` (domain facts: one press arrives as two or three messages). A bridge has
 * no event ids, cannot take a press back, and knows nothing of a pad's heart rate: what it cannot say gives no message.
 */
export const zigbee2mqtt = (saying: Saying, deviceAt: Instant): Publication[] => {
  const { device, facts } = saying;
  const sender = device.hub ?? device.id;
  const base = prefixOf(sender);
  const publication = (topic: string, payload: string, retain = false): Publication => ({
    sender,
    topic: `${base}/${topic}`,
    payload,
    qos: 1,
    retain,
  });
  if (device.role === 'hub')
    return facts.online === undefined ? [] : [publication('bridge/state', JSON.stringify({ state: 'online' }), true)];
  if (facts.button === 'cancel' || (device.role === 'bed' && facts.occupied === undefined)) return [];
  const name = device.hubName ?? device.id;
  const linkquality = 40 + ((saying.id.length * 37 + saying.at) % 160);
  const state = { ...stateOf(device.role, facts), last_seen: toRfc3339(deviceAt), linkquality: Math.round(linkquality) };
  const first = publication(name, JSON.stringify(state));
  if (facts.button !== 'press') return [first];
  return [first, publication(name, JSON.stringify({ ...state, action: '' })), publication(`${name}/action`, 'emergency')];
};

/** What the gateway publishes in the bridge's name when it is lost. */
export const zigbee2mqttWill = (hub: SimDevice): Publication => ({
  sender: hub.id,
  topic: `${prefixOf(hub.id)}/bridge/state`,
  payload: JSON.stringify({ state: 'offline' }),
  qos: 1,
  retain: true,
});
