import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { believedAhead, believedBehind, telemetryInstant, telemetryInstantSql, toTelemetryPoint } from './point.ts';

const received = Date.parse('2026-11-23T12:00:00Z');

test.for([
  ['no device time', null, received],
  ['a device time a little behind', received - 2_000, received - 2_000],
  ['as far behind as is believed', received - believedBehind, received - believedBehind],
  ['further behind', received - believedBehind - 1, received],
  ['as far ahead as is believed', received + believedAhead, received + believedAhead],
  ['further ahead', received + believedAhead + 1, received],
  ['a clock that stands at 1970', 0, received],
] as const)('a reading with %s is placed where it can be believed', ([, deviceAt, at]) => {
  expect(telemetryInstant(received, deviceAt)).toBe(at);
});

test('SQL places a reading where the code does', () => {
  const db = new Database(':memory:');
  const statement = db
    .prepare<[number, number | null], number>(`SELECT ${telemetryInstantSql} FROM (SELECT ? AS received_at, ? AS device_at)`)
    .pluck();
  const near = (limit: number) => fc.integer({ min: limit - 2, max: limit + 2 });
  const off = fc.oneof(near(believedAhead), near(0 - Number(believedBehind)), fc.integer({ min: 0 - received, max: received }));
  fc.assert(
    fc.property(fc.option(off, { nil: null }), (difference) => {
      const deviceAt = difference === null ? null : received + difference;
      expect(statement.get(received, deviceAt)).toBe(telemetryInstant(received, deviceAt));
    }),
  );
  db.close();
});

test.for(['{"occupied":', '{"mood":3}', '{"occupied":1}', '[]'])(
  'a row whose facts are %s is refused by its number, without its content',
  (facts) => {
    const row = { seq: 7, device: 'pad-1', home: null, bed: null, received_at: received, device_at: null, event_id: null, facts };
    expect(() => toTelemetryPoint(row)).toThrow('Journal row 7 does not hold facts that the vocabulary knows.');
  },
);
