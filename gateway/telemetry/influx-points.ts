import { FieldType, type IPoint, type ISchemaOptions } from 'influx';
import { readingKinds } from '../../domain/reading.ts';
import { type KindType, kindType } from './kind-type.ts';
import type { TelemetryPoint } from './point.ts';

export const measurement = 'reading';

const fieldTypes = { number: FieldType.FLOAT, boolean: FieldType.BOOLEAN, text: FieldType.STRING } as const satisfies Record<
  KindType,
  FieldType
>;

/** The one measurement: who said it as tags, what was said as fields, each of one type for ever, and `seq`, the row of the journal. */
export const influxSchema = {
  measurement,
  tags: ['device', 'home', 'bed'],
  fields: { seq: FieldType.INTEGER, ...Object.fromEntries(readingKinds.map((kind) => [kind, fieldTypes[kindType(kind)]])) },
} satisfies ISchemaOptions;

const perMillisecond = 1_000_000;

/**
 * Nanoseconds since 1970, as digits. InfluxDB keeps one point for a series and a time, so the nanoseconds below our millisecond come from
 * the journal's number: two messages of one millisecond stay two points in the order of their commits, and a row written again after a
 * crash is the same point again.
 */
export function influxTime(at: number, seq: number): string {
  return `${at}${String(seq % perMillisecond).padStart(6, '0')}`;
}

export function toInfluxPoint({ seq, device, home, bed, at, facts }: TelemetryPoint): IPoint {
  const tags: Record<string, string> = { device };
  if (home !== null) tags['home'] = home;
  if (bed !== null) tags['bed'] = bed;
  return { measurement, tags, fields: { ...facts, seq }, timestamp: influxTime(at, seq) };
}
