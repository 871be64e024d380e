import { randomBytes } from 'node:crypto';
import { bedIdSchema, deviceIdSchema, homeIdSchema } from '../domain/ids.ts';
import { modelOf } from './device-models.ts';
import type { DeviceRole, Dialect, SimDevice, SimHome } from './home.ts';

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
}

/**
 * A street of homes that do not exist yet: one bed each, with a button, a fall sensor and a bed pad; homes with a hub also have a contact on
 * the front door and a motion sensor in the kitchen. Ids count from 1: `sim-home-00001`.
 */
export const planStreet = (options: PlanOptions): SimHome[] => {
  const { prefix = 'sim', secret = randomSecret } = options;
  return Array.from({ length: options.homes }, (_, index): SimHome => {
    const number = String(index + 1).padStart(5, '0');
    const dialect = options.dialectOf?.(index) ?? 'hub';
    const bed = bedIdSchema.parse(`${prefix}-bed-${number}`);
    const hubId = deviceIdSchema.parse(`${prefix}-hub-${number}`);
    const hub: SimDevice = {
      id: hubId,
      role: 'hub',
      model: modelOf(dialect, 'hub'),
      secret: secret(),
      hub: null,
      hubName: null,
      bed: null,
    };
    const roles = dialect === 'direct' ? children.slice(0, 3) : children;
    const devices = roles.map(
      (role): SimDevice => ({
        id: deviceIdSchema.parse(`${prefix}-${role}-${number}`),
        role,
        model: modelOf(dialect, role),
        secret: dialect === 'direct' ? secret() : null,
        hub: dialect === 'direct' ? null : hubId,
        hubName: dialect === 'zigbee2mqtt' ? bridgeNames[role] : null,
        bed: role === 'contact' || role === 'motion' ? null : bed,
      }),
    );
    return { id: homeIdSchema.parse(`${prefix}-home-${number}`), dialect, devices: dialect === 'direct' ? devices : [hub, ...devices] };
  });
};
