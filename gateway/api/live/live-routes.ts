import { z } from 'zod';
import { principalOf } from '../authenticate.ts';
import { streamPosition } from '../alarms/read-alarms.ts';
import type { Api, ApiParts } from '../parts.ts';
import { problemAnswers } from '../problem.ts';
import type { ViewAudit } from '../view-audit.ts';
import type { LiveHub } from './live-hub.ts';

const position = z.string().regex(/^\d{1,15}$/, { error: 'is not a position of the stream; use the id of the last event' });

/**
 * GET /api/events. Written to the socket by hand rather than through a plugin: an event is made into bytes once for all who watch, a slow
 * reader is measured by what lies unread, and the position a client resumes from is ours (docs/adr/0073).
 */
export const liveRoutes = (app: Api, { reader }: ApiParts, hub: LiveHub, views: ViewAudit): void => {
  app.route({
    method: 'GET',
    url: '/api/events',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['alarms'],
      summary: 'Live events as server-sent events: `alarm` with a LiveEvent, `trouble` with trouble of the gateway itself',
      description:
        'Resumes after Last-Event-ID (or ?after=, the `streamPosition` of GET /api/alarms); without either it begins now. A comment every few ' +
        'seconds is a sign of life. Who reads too slowly is cut and resumes.',
      headers: z.object({ 'last-event-id': position.optional() }),
      querystring: z.strictObject({ after: position.optional() }),
      response: { 200: { description: 'text/event-stream', content: { 'text/event-stream': { schema: z.string() } } }, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const wanted = request.headers['last-event-id'] ?? request.query.after;
      const now = await streamPosition(reader);
      // A position of another store (before a restore, say) would wait for ever: begin at the end of this one.
      const after = wanted === undefined ? now : Math.min(Number(wanted), now);
      await views.seen(principal, { entity: 'live-events', ids: ['*'], home: null, evenUnaudited: true });
      reply.hijack();
      const headers = Object.entries(reply.getHeaders()).filter(
        (entry): entry is [string, string | number | string[]] => entry[1] !== undefined,
      );
      request.raw.socket.setNoDelay(true);
      request.raw.socket.setTimeout(0);
      reply.raw.writeHead(200, {
        ...Object.fromEntries(headers),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      await hub.watch(principal, reply.raw, after);
    },
  });
};
