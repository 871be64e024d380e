import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Api } from './parts.ts';

/** Counts and times every request by its route's pattern, method and status class: labels that are few and say nothing about anybody. */
export const measureRequests = (app: Api, registry: Registry): void => {
  const seconds = new Histogram({
    name: 'carebed_http_request_seconds',
    help: 'Time from the arrival of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    // A live stream lasts for hours: it is counted elsewhere.
    if (route !== '/api/events') {
      seconds.observe({ method: request.method, route, status: `${Math.floor(reply.statusCode / 100)}xx` }, reply.elapsedTime / 1_000);
    }
    done();
  });
};

/** Counts who watches the live stream. Returns what to call when somebody who read too slowly was cut. */
export const measureStreams = (registry: Registry, count: () => number): (() => void) => {
  new Gauge({
    name: 'carebed_live_streams',
    help: 'Open live streams',
    registers: [registry],
    collect() {
      this.set(count());
    },
  });
  const cut = new Counter({
    name: 'carebed_live_streams_cut_total',
    help: 'Live streams cut because they were read too slowly',
    registers: [registry],
  });
  return () => cut.inc();
};
