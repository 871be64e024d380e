import { randomUUID } from 'node:crypto';
import { createBroker } from '../../broker/broker.ts';
import { deviceIdSchema, deviceModelIdSchema } from '../../domain/ids.ts';
import { systemClock } from '../../domain/instant.ts';
import type { Address } from './wire.ts';

export interface OpenBroker {
  readonly address: Address;
  close(): Promise<void>;
}

const model = deviceModelIdSchema.parse('conformance');

/**
 * The gateway's broker as in service, but for the four things the sequences need: nameless clients are let in (each client id is a device),
 * any topic may be used, messages go from client to client, and every message is committed at once.
 */
export const openBroker = async (): Promise<OpenBroker> => {
  const devices = new Map<string, ReturnType<typeof deviceIdSchema.parse>>();
  const deviceOf = (clientId: string) => {
    const device = devices.get(clientId) ?? deviceIdSchema.parse(`c-${randomUUID()}`);
    if (clientId !== '') devices.set(clientId, device);
    return device;
  };
  const broker = createBroker({
    listeners: { mqtt: { host: '127.0.0.1', port: 0 } },
    findCredential: () => undefined,
    signIn: ({ clientId }) => ({ ok: true, device: deviceOf(clientId), model }),
    topicAccess: { publish: (_device, topic) => topic, subscribe: () => true },
    routeBetweenClients: true,
    accept: (_message, done) => done(),
    clock: systemClock,
    counters: { count: () => {} },
  });
  const { mqtt } = await broker.start();
  return { address: { host: '127.0.0.1', port: mqtt?.port ?? 0 }, close: () => broker.stop() };
};
