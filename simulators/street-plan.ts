import { randomBytes } from 'node:crypto';
import { bedIdSchema, deviceIdSchema, homeIdSchema } from '../domain/ids.ts';
import type { DeviceRole, Dialect, SimDevice, SimHome } from './home.ts';

/** Which device model each kind of device is registered as. The names are those of the gateway's device model files. */
export type ModelNames = Readonly<Record<'carebed' | 'zigbee2mqtt', Readonly<Record<DeviceRole, string>>>>;

export const modelNames: ModelNames = {
  carebed: {
    hub: 'carebed-hub',
    button: 'carebed-button',
    fall: 'carebed-fall',
    bed: 'carebed-bed',
    contact: 'carebed-contact',
    motion: 'carebed-motion',
  },
  zigbee2mqtt: {
    hub: 'zigbee2mqtt-bridge',
    button: 'zigbee2mqtt-button',
    fall: 'zigbee2mqtt-fall',
    bed: 'zigbee2mqtt-bed',
    contact: 'zigbee2mqtt-contact',
    motion: 'zigbee2mqtt-motion',
  },
};

const children: readonly DeviceRole[] = ['button', 'fall', 'bed', 'contact', 'motion'];

/** Names as installers give them in a bridge: they hold spaces and Chinese. */
const bridgeNames: Readonly<Record<DeviceRole, string>> = {
  hub: 'bridge',
  button: '求助 按钮',
  fall: '卧室 fall radar',
  bed: 'bed pad',
  contact: '入户门',
  motion: 'kitchen motion',
};

/** 256 random bits as the device sign-in wants them. */
const randomSecret = (): string => randomBytes(32).toString('base64url');

export interface PlanOptions {
  readonly homes: number;
  /** Which dialect the n-th home speaks; every home has a hub of Carebed's own by default. */
  readonly dialectOf?: (index: number) => Dialect;
  /** Makes a device's secret; 256 random bits by default. */
  readonly secret?: () => string;
  /** Starts every id; `sim` by default. */
  readonly prefix?: string;
  readonly models?: ModelNames;
}

/**
 * A street of homes that do not exist yet: one bed each, with a button, a fall sensor and a bed pad; homes with a hub also have a contact on
 * the front door and a motion sensor in the kitchen. Ids count from 1: `sim-home-00001`.
 */
export const planStreet = (options: PlanOptions): SimHome[] => {
  const { prefix = 'sim', secret = randomSecret, models = modelNames } = options;
  return Array.from({ length: options.homes }, (_, index): SimHome => {
    const number = String(index + 1).padStart(5, '0');
    const dialect = options.dialectOf?.(index) ?? 'hub';
    const names = dialect === 'zigbee2mqtt' ? models.zigbee2mqtt : models.carebed;
    const bed = bedIdSchema.parse(`${prefix}-bed-${number}`);
    const hubId = deviceIdSchema.parse(`${prefix}-hub-${number}`);
    const hub: SimDevice = { id: hubId, role: 'hub', model: names.hub, secret: secret(), hub: null, hubName: null, bed: null };
    const roles = dialect === 'direct' ? children.slice(0, 3) : children;
    const devices = roles.map(
      (role): SimDevice => ({
        id: deviceIdSchema.parse(`${prefix}-${role}-${number}`),
        role,
        model: names[role],
        secret: dialect === 'direct' ? secret() : null,
        hub: dialect === 'direct' ? null : hubId,
        hubName: dialect === 'zigbee2mqtt' ? bridgeNames[role] : null,
        bed: role === 'contact' || role === 'motion' ? null : bed,
      }),
    );
    return { id: homeIdSchema.parse(`${prefix}-home-${number}`), dialect, devices: dialect === 'direct' ? devices : [hub, ...devices] };
  });
};
