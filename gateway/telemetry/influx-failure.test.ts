import { expect, test } from 'vitest';
import { InfluxSilence, readInfluxFailure } from './influx-failure.ts';

const answered = (statusCode: number, message: string): unknown => ({
  res: { statusCode },
  message: `A ${statusCode} error occurred: ${message}`,
});

test.for([
  ['silence', new InfluxSilence(10), { type: 'again', code: 'influxdb-silent' }],
  ['the client seeing silence', new Error('Request timed out'), { type: 'again', code: 'influxdb-silent' }],
  ['a refused connection', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), { type: 'again', code: 'influxdb-unreachable' }],
  ['an unknown host', Object.assign(new Error('x'), { code: 'ENOTFOUND' }), { type: 'again', code: 'influxdb-unreachable' }],
  ['an answer of 500 and more', new Error('Internal Server Error'), { type: 'again', code: 'influxdb-failing' }],
  ['a refused sign-in', answered(401, 'authorization failed'), { type: 'again', code: 'influxdb-refuses-sign-in' }],
  ['a right not granted', answered(403, 'not authorized'), { type: 'again', code: 'influxdb-refuses-sign-in' }],
  ['no database', answered(404, '{"error":"database not found: \\"carebed\\""}'), { type: 'no-database' }],
  ['another 404, as of a proxy', answered(404, 'not found'), { type: 'again', code: 'influxdb-failing' }],
  ['a field of another type', answered(400, 'partial write: field type conflict: input field "a" dropped=1'), { type: 'bad-rows' }],
  ['a line it cannot read', answered(400, 'unable to parse "x": missing fields'), { type: 'bad-rows' }],
  ['too large a body', answered(413, 'Request Entity Too Large'), { type: 'bad-rows' }],
  ['rows too old', answered(400, 'partial write: points beyond retention policy dropped=17'), { type: 'expired', count: 17 }],
  ['a 400 that is not about rows', answered(400, 'database is required'), { type: 'again', code: 'influxdb-failing' }],
  ['something thrown that is no error', 'x', { type: 'again', code: 'influxdb-failing' }],
] as const)('%s is read for what it means for the rows', ([, cause, meaning]) => {
  expect(readInfluxFailure(cause)).toEqual(meaning);
});
