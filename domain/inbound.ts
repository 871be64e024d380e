import type { DeviceId, DeviceModelId } from './ids.ts';
import type { Instant } from './instant.ts';

/** One PUBLISH from a signed-in device, or what the broker itself noticed about its connection. */
export type InboundMessage =
  | {
      readonly type: 'publish';
      /** Who signed in: the device itself, or the hub that speaks for its children. */
      readonly sender: DeviceId;
      readonly model: DeviceModelId;
      /** The topic below the sender's own prefix `carebed/v1/<sender>/`; the whole topic when `refused` is set. */
      readonly topic: string;
      readonly payload: Uint8Array;
      readonly retain: boolean;
      readonly duplicate: boolean;
      readonly receivedAt: Instant;
      /** True when the topic was not the sender's: kept as a rejection, never decoded. */
      readonly refused: boolean;
    }
  | {
      readonly type: 'connection';
      readonly sender: DeviceId;
      readonly online: boolean;
      /** connected · disconnected (clean close) · lost · keep-alive · taken-over · too-fast · gateway-stopping */
      readonly why: string;
      readonly receivedAt: Instant;
    };

/**
 * Where the broker hands messages over. `done` is called once, after the message has been committed; only then does PUBACK leave. It is
 * never called for a message that could not be committed. Must not throw.
 */
export type Accept = (message: InboundMessage, done: () => void) => void;

/** What the broker must know about a device to let it in. Kept in memory by the gateway, so that a sign-in costs one hash. */
export interface Credential {
  /** SHA-256 of the secret, 32 bytes. */
  readonly secretHash: Uint8Array;
  readonly model: DeviceModelId;
  readonly enabled: boolean;
}
export type FindCredential = (device: DeviceId) => Credential | undefined;
