import { type BenchOptions, type Figure, figure } from '../figure.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import { benchTelemetry } from '../telemetry.ts';

/** What writing telemetry costs by itself: to InfluxDB beside finished line protocol, into the embedded store beside the journal. */
export const benchStores = async (_load: LoadGenerator, { quick }: BenchOptions): Promise<readonly Figure[]> => {
  const rows = quick ? 60_000 : 300_000;
  const measured = await benchTelemetry({ influxRows: rows, embeddedRows: rows });
  return measured.map(({ name, value, unit, yardstick }) => figure(name, value, unit, yardstick, 'see bench/telemetry.ts'));
};
