import { CarebedFailure } from '../domain/failure.ts';
import { type DeviceRole, type Dialect, deviceRoles } from './home.ts';

/** The device models that these homes are registered as, by the names of the gateway's device model files. */
const models = {
  carebed: {
    hub: 'carebed-hub',
    button: 'carebed-button',
    fall: 'carebed-fall-sensor',
    bed: 'carebed-bed-pad',
    contact: 'carebed-contact',
    motion: 'carebed-motion',
  },
  zigbee2mqtt: {
    hub: 'zigbee2mqtt',
    button: 'zigbee2mqtt-sos-button',
    fall: 'zigbee2mqtt-fall-radar',
    bed: 'zigbee2mqtt-bed-pad',
    contact: 'zigbee2mqtt-contact',
    motion: 'zigbee2mqtt-motion',
  },
} as const satisfies Record<string, Record<DeviceRole, string>>;

const family = (dialect: Dialect): keyof typeof models => (dialect === 'zigbee2mqtt' ? 'zigbee2mqtt' : 'carebed');

/** The model of a device of that role in a home that speaks that dialect. */
export const modelOf = (dialect: Dialect, role: DeviceRole): string => models[family(dialect)][role];

/**
 * What a device of that model is, and whose words it speaks.
 * @throws CarebedFailure `model-not-simulated` for a model that no simulated device can play.
 */
export const roleOfModel = (model: string): { role: DeviceRole; family: keyof typeof models } => {
  for (const name of ['carebed', 'zigbee2mqtt'] as const) {
    const role = deviceRoles.find((r) => models[name][r] === model);
    if (role !== undefined) return { role, family: name };
  }
  const known = Object.values(models).flatMap((names) => Object.values(names));
  throw new CarebedFailure('model-not-simulated', `no simulated device plays the model "${model}"; there are: ${known.join(', ')}`, {
    status: 400,
  });
};
