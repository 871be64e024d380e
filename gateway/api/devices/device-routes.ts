import { z } from 'zod';
import { type Device, deviceSchema, deviceSecretSchema } from '../../../domain/device.ts';
import { CarebedFailure } from '../../../domain/failure.ts';
import { deviceIdSchema } from '../../../domain/ids.ts';
import { secretHash } from '../../people/bearer-token.ts';
import { principalOf } from '../authenticate.ts';
import { commandFor, writeHeaders } from '../commands.ts';
import type { Api, ApiParts } from '../parts.ts';
import { notFound, problemAnswers } from '../problem.ts';
import { definitionOf } from '../records/definition.ts';
import { findRecord } from '../records/read-records.ts';
import { beforeWrite, refuseForeignParents, refuseUnknownModel } from '../records/write-records.ts';
import { labelOf, labelSchema } from './label.ts';
import { makeDeviceId, makeDeviceSecret, newDeviceSchema } from './new-device.ts';

const deviceWithLabel = z.strictObject({
  device: deviceSchema,
  /** Shown this once; only its hash is kept. Null for a device that speaks through a hub. */
  secret: z.string().nullable(),
  label: labelSchema.nullable(),
});

/** Registering a device and giving it a new secret. Either shows the secret once. */
export const deviceRoutes = (app: Api, { reader, keeper, settings, deviceModels }: ApiParts): void => {
  const definition = definitionOf('device');
  const answerOf = async (device: Device, secret: string | null): Promise<z.infer<typeof deviceWithLabel>> => ({
    device,
    secret,
    label: secret === null ? null : await labelOf(device, secret, settings.broker),
  });

  app.route({
    method: 'POST',
    url: '/api/devices',
    config: { permission: 'device.write' },
    schema: {
      tags: ['devices'],
      summary: 'Register a device; answers with its secret and label, once',
      headers: writeHeaders,
      body: newDeviceSchema,
      response: { 201: deviceWithLabel, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { scope } = principalOf(request);
      const { secret: given, ...rest } = request.body;
      const device = deviceSchema.parse({ ...rest, id: rest.id ?? makeDeviceId() });
      await beforeWrite(reader, definition, scope, device.id, null);
      await refuseForeignParents(reader, definition, scope, device);
      refuseUnknownModel(deviceModels, definition, device);
      const secret = device.hub === null ? (given ?? makeDeviceSecret()) : null;
      const row = { record: 'device' as const, body: device, ...(secret === null ? {} : { secretHash: secretHash(secret) }) };
      const audit = [{ action: 'create', entity: 'device', entityId: device.id, home: device.home, detail: { model: device.model } }];
      const answer = await commandFor(keeper, request, { type: 'put-record', row, expectVersion: null }, audit);
      if (answer.repeated === true && given === undefined && secret !== null) {
        throw new CarebedFailure('secret-already-given', 'the secret was given with the first answer', { status: 409 });
      }
      reply.header('etag', '"1"').header('cache-control', 'no-store');
      return reply.code(201).send(await answerOf(device, secret));
    },
  });

  app.route({
    method: 'POST',
    url: '/api/devices/:id/secret',
    config: { permission: 'device.write' },
    schema: {
      tags: ['devices'],
      summary: 'Give a device a new secret; the old one is void at once',
      params: z.object({ id: deviceIdSchema }),
      headers: writeHeaders,
      body: z.strictObject({ secret: deviceSecretSchema.optional() }).nullish(),
      response: { 200: deviceWithLabel, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { scope } = principalOf(request);
      const kept = await findRecord(reader, definition, scope, request.params.id);
      if (kept === null) throw notFound();
      const device = deviceSchema.parse(kept.body);
      if (device.hub !== null)
        throw new CarebedFailure('device-never-signs-in', 'a device that speaks through a hub has no secret', { status: 422 });
      const given = request.body?.secret;
      const secret = given ?? makeDeviceSecret();
      const audit = [{ action: 'rotate-secret', entity: 'device', entityId: device.id, home: device.home, detail: {} }];
      const command = { type: 'set-device-secret' as const, device: device.id, secretHash: secretHash(secret) };
      const answer = await commandFor(keeper, request, command, audit);
      if (answer.repeated === true && given === undefined) {
        throw new CarebedFailure('secret-already-given', 'the secret was given with the first answer', { status: 409 });
      }
      reply.header('cache-control', 'no-store');
      return answerOf(device, secret);
    },
  });
};
