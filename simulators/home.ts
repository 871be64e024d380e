import type { BedId, DeviceId, HomeId } from '../domain/ids.ts';

/** What a device is, whatever its make. */
export const deviceRoles = ['hub', 'button', 'fall', 'bed', 'contact', 'motion'] as const;
export type DeviceRole = (typeof deviceRoles)[number];

/** How the home speaks: a hub with Carebed's own JSON, devices that each sign in themselves, or a Zigbee2MQTT bridge. */
export const dialects = ['hub', 'direct', 'zigbee2mqtt'] as const;
export type Dialect = (typeof dialects)[number];

export interface SimDevice {
  readonly id: DeviceId;
  readonly role: DeviceRole;
  readonly model: string;
  /** Null for a child: its hub signs in for it. */
  readonly secret: string | null;
  readonly hub: DeviceId | null;
  /** What the hub calls it in its topics. */
  readonly hubName: string | null;
  readonly bed: BedId | null;
}

export interface SimHome {
  readonly id: HomeId;
  readonly dialect: Dialect;
  readonly devices: readonly SimDevice[];
}

/** The first device of that role, if the home has one. */
export const deviceOf = (home: SimHome, role: DeviceRole): SimDevice | undefined => home.devices.find((device) => device.role === role);

/** The devices that sign in, each with a connection of its own. */
export const signsIn = (home: SimHome): readonly SimDevice[] => home.devices.filter((device) => device.hub === null);
