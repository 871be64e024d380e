import fc from 'fast-check';
import { expect, test } from 'vitest';
import { influxTime, toInfluxPoint } from './influx-points.ts';
import { toTelemetryPoint } from './point.ts';

const at = fc.integer({ min: 1, max: 4_000_000_000_000 });
const seq = fc.integer({ min: 1, max: 2 ** 50 });

test('the time of a point is its millisecond, and the same whenever it is written again', () => {
  fc.assert(
    fc.property(at, seq, (at, seq) => {
      expect(BigInt(influxTime(at, seq)) / 1_000_000n).toBe(BigInt(at));
      expect(influxTime(at, seq)).toBe(influxTime(at, seq));
    }),
  );
});

test('messages of one millisecond are different points, unless a million messages lie between', () => {
  fc.assert(
    fc.property(at, seq, fc.integer({ min: 1, max: 999_999 }), (at, seq, later) => {
      expect(influxTime(at, seq + later)).not.toBe(influxTime(at, seq));
    }),
  );
});

test('a point carries who and where as tags and what was said as fields, and no tag for what is not known', () => {
  const row = { seq: 1_000_042, device: 'pad-1', bed: 'bed-1', home: null, received_at: 1_764_000_000_000, device_at: null, event_id: 'e' };
  expect(toInfluxPoint(toTelemetryPoint({ ...row, facts: '{"occupied":true,"heartRate":61}' }))).toEqual({
    measurement: 'reading',
    tags: { device: 'pad-1', bed: 'bed-1' },
    fields: { seq: 1_000_042, occupied: true, heartRate: 61 },
    timestamp: '1764000000000000042',
  });
});
