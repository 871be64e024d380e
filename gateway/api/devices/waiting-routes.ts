import { z } from 'zod';
import { deviceSchema } from '../../../domain/device.ts';
import { bedIdSchema, deviceIdSchema, deviceModelIdSchema } from '../../../domain/ids.ts';
import { principalOf } from '../authenticate.ts';
import { commandFor, writeHeaders } from '../commands.ts';
import type { Api, ApiParts } from '../parts.ts';
import { notFound, problemAnswers } from '../problem.ts';
import { definitionOf } from '../records/definition.ts';
import { beforeWrite, refuseForeignParents, refuseUnknownModel } from '../records/write-records.ts';
import { scoped } from '../scoped.ts';
import { makeDeviceId } from './new-device.ts';

const waitingSchema = z.strictObject({
  hub: z.string(),
  home: z.string(),
  /** What the hub calls it: a friendly name, a MAC, a DevEUI. */
  name: z.string(),
  /** What it says it is; null when it has not said. */
  says: z.string().nullable(),
  /** The device model that is sold under its code; null when none is known. */
  model: z.string().nullable(),
  /** The kind of its last message. */
  heard: z.string(),
  firstSeen: z.number().int(),
  lastSeen: z.number().int(),
  /** When it last called for help, unplaced as it is; null when it never has. */
  calledAt: z.number().int().nullable(),
});

const placeSchema = z.strictObject({
  hub: deviceIdSchema,
  name: z.string().min(1).max(200),
  model: deviceModelIdSchema,
  id: deviceIdSchema.optional(),
  bed: bedIdSchema.nullable().default(null),
  place: deviceSchema.shape.place,
});

/** Children that hubs have spoken of, waiting for an installer to say what they are and where. */
export const waitingRoutes = (app: Api, { reader, keeper, deviceModels }: ApiParts): void => {
  const definition = definitionOf('device');
  const waiting = () =>
    reader
      .selectFrom('waiting_device')
      .innerJoin('device', 'device.id', 'waiting_device.hub')
      .selectAll('waiting_device')
      .select('device.home as home');

  app.route({
    method: 'GET',
    url: '/api/waiting-devices',
    config: { permission: 'device.read' },
    schema: {
      tags: ['devices'],
      summary: 'Devices that hubs have spoken of and nobody has placed, those that have called first',
      querystring: z.strictObject({ hub: z.string().max(64).optional(), home: z.string().max(64).optional() }),
      response: { 200: z.strictObject({ items: z.array(waitingSchema) }), ...problemAnswers },
    },
    handler: async (request) => {
      const { hub, home } = request.query;
      let query = waiting()
        .where(scoped(principalOf(request).scope, 'home', 'device.home'))
        .orderBy('called_at', (by) => by.desc().nullsLast())
        .orderBy('last_seen', 'desc')
        .limit(1_000);
      if (hub !== undefined) query = query.where('waiting_device.hub', '=', hub);
      if (home !== undefined) query = query.where('device.home', '=', home);
      const rows = await query.execute();
      return {
        items: rows.map((row) => ({
          hub: row.hub,
          home: row.home,
          name: row.name,
          says: row.says,
          model: row.model,
          heard: row.heard,
          firstSeen: row.first_seen,
          lastSeen: row.last_seen,
          calledAt: row.called_at,
        })),
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/api/waiting-devices/place',
    config: { permission: 'device.write' },
    schema: {
      tags: ['devices'],
      summary: "Place a waiting device: it becomes a device of its hub's home",
      headers: writeHeaders,
      body: placeSchema,
      response: { 201: z.strictObject({ device: deviceSchema }), ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { scope } = principalOf(request);
      const { hub, name, model, id, bed, place } = request.body;
      const row = await waiting()
        .where(scoped(scope, 'home', 'device.home'))
        .where('waiting_device.hub', '=', hub)
        .where('waiting_device.name', '=', name)
        .executeTakeFirst();
      if (row === undefined) throw notFound();
      const device = deviceSchema.parse({ id: id ?? makeDeviceId(), model, home: row.home, bed, hub, hubName: name, place });
      refuseUnknownModel(deviceModels, definition, device);
      await beforeWrite(reader, definition, scope, device.id, null);
      await refuseForeignParents(reader, definition, scope, device);
      const audit = [{ action: 'create', entity: 'device', entityId: device.id, home: device.home, detail: { model: device.model, hub } }];
      await commandFor(keeper, request, { type: 'put-record', row: { record: 'device', body: device }, expectVersion: null }, audit);
      return reply.code(201).header('etag', '"1"').send({ device });
    },
  });
};
