import { createHash, timingSafeEqual } from 'node:crypto';
import { type DeviceId, type DeviceModelId, deviceIdSchema } from '../domain/ids.ts';
import type { FindCredential } from './inbound.ts';

/** What a CONNECT says about who is there. */
export interface SignInRequest {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: Uint8Array | undefined;
}

/** `returnCode` is CONNACK's (MQTT 3.2.2.3): 4 bad user name or password, 5 not authorised. */
export type SignInResult =
  | { readonly ok: true; readonly device: DeviceId; readonly model: DeviceModelId }
  | { readonly ok: false; readonly returnCode: 4 | 5 };

export type SignIn = (request: SignInRequest) => SignInResult;

const refused: SignInResult = { ok: false, returnCode: 4 };

/**
 * Devices sign in with their id as user name and their secret as password; the client id is not looked at. One SHA-256 and one comparison
 * in constant time are done for every attempt, so that an unknown device takes as long as a wrong secret. That a device is out of
 * service is told only to whoever knows its secret.
 */
export const createDeviceSignIn = (findCredential: FindCredential): SignIn => {
  const nobody = createHash('sha256').update('').digest();
  return ({ username, password }) => {
    const id = deviceIdSchema.safeParse(username ?? '');
    const credential = id.success ? findCredential(id.data) : undefined;
    const given = createHash('sha256')
      .update(password ?? '')
      .digest();
    const kept = credential !== undefined && credential.secretHash.length === given.length ? credential.secretHash : nobody;
    const same = timingSafeEqual(kept, given);
    if (!same || credential === undefined || kept === nobody || !id.success || password === undefined) return refused;
    return credential.enabled ? { ok: true, device: id.data, model: credential.model } : { ok: false, returnCode: 5 };
  };
};
