import { type BenchOptions, type Figure, figure } from '../figure.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import { benchTelemetry } from '../telemetry.ts';

/** What writing telemetry costs by itself: to InfluxDB beside finished line protocol, into the embedded store beside the journal. */
export const benchStores = async (_load: LoadGenerator, { quick }: BenchOptions): Promise<readonly Figure[]> => {
  const measured = await benchTelemetry(quick ? { influxRows: 60_000, embeddedRows: 60_000, devices: 1_000 } : {});
  return measured.map(({ name, value, unit, yardstick }) => figure(name, value, unit, yardstick, 'see bench/telemetry.ts'));
};
