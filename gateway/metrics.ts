import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Milliseconds from a fast local commit to a hopeless wait. */
const stepBuckets = [0.5, 1, 2, 3, 5, 7.5, 10, 15, 25, 50, 100, 250, 1_000, 5_000, 30_000].map((ms) => ms / 1_000);

/** Everything the gateway measures about itself. Labels are closed sets: never an id, never a person. */
export const createMetrics = () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'carebed_' });
  const registers = [registry];
  const step = new Histogram({
    name: 'carebed_step_seconds',
    help: 'Time of each step from packet to notification: intake (packet to commit), commit (the transaction), hand-over (decided to channel), send (the channel).',
    labelNames: ['step'] as const,
    buckets: stepBuckets,
    registers,
  });
  const lateness = new Histogram({
    name: 'carebed_lateness_seconds',
    help: 'How much later than due a deadline was kept.',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 3_600],
    registers,
  });
  const queue = new Gauge({
    name: 'carebed_queue_length',
    help: 'What waits: intake, notifications, telemetry (journal rows not written yet).',
    labelNames: ['queue'] as const,
    registers,
  });
  const broker = new Counter({ name: 'carebed_broker_total', help: 'What the broker counted.', labelNames: ['what'] as const, registers });
  const readings = new Counter({ name: 'carebed_readings_total', help: 'Messages committed as readings.', registers });
  const alarmEvents = new Counter({
    name: 'carebed_alarm_events_total',
    help: 'Lines of alarm logs.',
    labelNames: ['type', 'rule'] as const,
    registers,
  });
  const deliveries = new Counter({
    name: 'carebed_deliveries_total',
    help: 'Tries to tell somebody, by channel and what became of them.',
    labelNames: ['channel', 'state'] as const,
    registers,
  });
  const trouble = new Gauge({
    name: 'carebed_trouble',
    help: '1 while the gateway says that something is wrong with itself.',
    labelNames: ['code'] as const,
    registers,
  });
  // Finding a label's own series costs more than counting in it, and these are met with every message.
  const steps = new Map<string, Histogram.Internal<'step'>>();
  const counts = new Map<string, Counter.Internal>();
  return {
    registry,
    observeStep(name: 'intake' | 'commit' | 'hand-over' | 'send', ms: number): void {
      let its = steps.get(name);
      if (its === undefined) steps.set(name, (its = step.labels({ step: name })));
      its.observe(ms / 1_000);
    },
    observeLateness: (ms: number): void => lateness.observe(ms / 1_000),
    setQueue: (name: 'intake' | 'notifications' | 'telemetry', length: number): void => queue.set({ queue: name }, length),
    countBroker(what: string, by: number): void {
      let its = counts.get(what);
      if (its === undefined) counts.set(what, (its = broker.labels({ what })));
      its.inc(by);
    },
    countReadings: (by: number): void => readings.inc(by),
    countAlarmEvent: (type: string, rule: string): void => alarmEvents.inc({ type, rule }),
    countDelivery: (channel: string, state: string): void => deliveries.inc({ channel, state }),
    setTrouble: (code: string, on: boolean): void => trouble.set({ code }, on ? 1 : 0),
  };
};
export type Metrics = ReturnType<typeof createMetrics>;
