import { settleIn } from './demo/settle-in.ts';
import type { GatewayApi } from './gateway-api.ts';
import type { SimHome } from './home.ts';

/** All homes of a street stand under this district and provider, so that they are told apart from real ones at a glance. */
const place = 'simulated';

/**
 * Registers a street's homes, beds and devices (with their secrets) with a gateway, as an installer would with `carebed import`. Doing it
 * again is harmless: the records are replaced and the devices get the secrets of this street. Returns how many records stand.
 */
export const registerStreet = (api: GatewayApi, homes: readonly SimHome[]): Promise<number> => {
  const devices = homes.flatMap((home) => home.devices.map((device) => ({ home: home.id, device })));
  const beds = new Map(devices.flatMap(({ home, device }) => (device.bed === null ? [] : [[device.bed, home] as const])));
  // A hub stands before the children that name it.
  const ordered = devices.toSorted((a, b) => Number(a.device.hub !== null) - Number(b.device.hub !== null));
  return settleIn(api, {
    district: [{ id: place, name: '模拟' }],
    provider: [{ id: place, name: '模拟', district: place }],
    home: homes.map(({ id }) => ({ id, provider: place, name: id })),
    bed: [...beds].map(([id, home]) => ({ id, home })),
    device: ordered.map(({ home, device: { id, model, secret, hub, hubName, bed } }) => ({
      id,
      model,
      home,
      bed,
      hub,
      hubName,
      ...(secret === null ? {} : { secret }),
    })),
  });
};
