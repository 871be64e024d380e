import { createHash, timingSafeEqual } from 'node:crypto';
import { createDeviceSignIn } from '../../broker/sign-in.ts';
import type { DeviceId, DeviceModelId } from '../../domain/ids.ts';
import type { Credential } from '../../domain/inbound.ts';
import { padOf, secretOf, startCity } from '../city.ts';
import { type BenchOptions, type Figure, figure, median } from '../figure.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import { startPlainBroker } from '../plain-broker.ts';

const devices = 2_000;
const markChecks = 10_000;

const sha256 = (secret: string | Uint8Array): Buffer => createHash('sha256').update(secret).digest();

/** How often `check` runs in a second, over all devices in turn. */
const perSecond = (rounds: number, check: (index: number) => boolean): number => {
  const begun = performance.now();
  let right = 0;
  for (let index = 0; index < rounds; index += 1) if (check(index % devices)) right += 1;
  if (right !== rounds) throw new Error('a secret that is right was refused');
  return (1_000 * rounds) / (performance.now() - begun);
};

/** The check of an id and a secret, as the broker does it, beside the bare hash and comparison. */
const checks = (quick: boolean): Figure => {
  const known = new Map<DeviceId, Credential>();
  const secrets: Uint8Array[] = [];
  for (let index = 0; index < devices; index += 1) {
    const secret = secretOf(index);
    secrets.push(Buffer.from(secret));
    const credential = { secretHash: new Uint8Array(sha256(secret)), model: 'carebed-bed-pad' as DeviceModelId, enabled: true };
    known.set(padOf(index) as DeviceId, credential);
  }
  const signIn = createDeviceSignIn((id) => known.get(id));
  const rounds = quick ? 50_000 : 200_000;
  const hashes = secrets.map(sha256);
  const bare = perSecond(rounds, (index) => timingSafeEqual(sha256(secrets[index] ?? ''), hashes[index] ?? Buffer.alloc(0)));
  const ours = perSecond(rounds, (index) => {
    const request = { clientId: 'bench', username: padOf(index), password: secrets[index] };
    return signIn(request).ok;
  });
  return figure('sign-ins: checks of a secret', ours, 'checks/s', bare, 'SHA-256 and a comparison alone', {
    text: '≥ 10,000/s',
    met: ours >= markChecks,
  });
};

/** How many devices a second come from nothing to their CONNACK, all at once as after a power cut, beside aedes that lets everybody in. */
export const benchSignIns = async (load: LoadGenerator, { quick, say }: BenchOptions): Promise<readonly Figure[]> => {
  const secrets = checks(quick);
  await using plain = await startPlainBroker();
  await using gateway = await startCity({ homes: devices });
  const port = Number(new URL(gateway.addresses.mqtt).port);
  const how = { pads: devices, rate: 'none', warmSeconds: 0, seconds: 0.5 } as const;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < (quick ? 3 : 5); round += 1) {
    ours.push((await load.run({ ...how, port, pid: gateway.pid })).signInsPerSecond);
    theirs.push((await load.run({ ...how, port: plain.port, pid: plain.pid })).signInsPerSecond);
  }
  say(`sign-ins: ${ours.map(Math.round).join(', ')} a second, aedes alone ${theirs.map(Math.round).join(', ')}`);
  return [secrets, figure('sign-ins: whole, TCP to CONNACK', median(ours), 'sign-ins/s', median(theirs), 'aedes alone, everybody let in')];
};
