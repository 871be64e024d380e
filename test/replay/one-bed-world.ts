import { type CareNumbersOverride, careNumbersOf } from '../../domain/care-profile.ts';
import { deviceSchema } from '../../domain/device.ts';
import { bedSchema, homeSchema, residentSchema } from '../../domain/home.ts';
import { bedIdSchema, type DeviceId, deviceIdSchema } from '../../domain/ids.ts';
import type { Duration } from '../../domain/instant.ts';
import type { World } from '../../domain/world.ts';

export interface OneBed {
  readonly numbers?: CareNumbersOverride;
  readonly timeZone?: string;
  /** Devices of the bed, and how often each promises to speak. */
  readonly devices?: Readonly<Record<string, Duration | null>>;
}

/** These serve the whole home. */
export const ofHome: readonly string[] = ['door', 'smoke'];

/** One home `h1` with one bed `b1`, its resident, and nobody to be told. */
export const oneBedWorld = ({ numbers = {}, timeZone = 'Asia/Shanghai', devices = {} }: OneBed = {}): World => {
  const home = homeSchema.parse({ id: 'h1', provider: 'p1', name: '王家', timeZone });
  const bed = bedSchema.parse({ id: 'b1', home: 'h1' });
  const resident = residentSchema.parse({ id: 'r1', bed: 'b1', name: '王秀英', profile: 'standard' });
  const inForce = careNumbersOf({}, numbers);
  const known = new Map(
    Object.keys(devices).map((id) => [
      id,
      deviceSchema.parse({ id, model: 'carebed', home: 'h1', bed: ofHome.includes(id) ? null : 'b1' }),
    ]),
  );
  return {
    home: (id) => (id === home.id ? home : undefined),
    bed: (id) => (id === bed.id ? bed : undefined),
    bedsOf: () => [bed.id],
    residentOf: () => resident,
    careNumbers: () => inForce,
    device: (id) => known.get(id),
    childOf: () => undefined,
    heartbeat: (id) => devices[id] ?? null,
    person: () => undefined,
    contactsOf: () => [],
    roster: () => undefined,
    policy: () => undefined,
  };
};

export const bed1 = bedIdSchema.parse('b1');
export const device = (id: string): DeviceId => deviceIdSchema.parse(id);
