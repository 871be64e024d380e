import type { DeviceId } from '../../domain/ids.ts';

/** One MQTT PUBLISH as it goes on the wire. */
export interface Publication {
  /** Whose connection it goes out on. */
  readonly sender: DeviceId;
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** Where everything a signed-in device says begins. */
export const prefixOf = (sender: DeviceId): string => `carebed/v1/${sender}`;
