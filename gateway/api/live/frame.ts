import type { GatewayTrouble, LiveEvent } from '../../live-event.ts';

/** An alarm event as it goes over the wire (server-sent events, WHATWG HTML §9.2): made once, sent to everybody who may see it. */
export const eventFrame = (event: LiveEvent): Buffer => Buffer.from(`id: ${event.seq}\nevent: alarm\ndata: ${JSON.stringify(event)}\n\n`);

/** Trouble of the gateway's own. It has no id: whoever connects is told what lasts. */
export const troubleFrame = (trouble: GatewayTrouble): Buffer => Buffer.from(`event: trouble\ndata: ${JSON.stringify(trouble)}\n\n`);

/** A sign of life, which no client shows. */
export const heartbeatFrame = Buffer.from(': alive\n\n');

/** What a stream begins with: how long to wait before connecting again (ms), and where it stands. */
export const openingFrame = (position: number): Buffer =>
  Buffer.from(`retry: 1000\nid: ${position}\nevent: open\ndata: {"position":${position}}\n\n`);
