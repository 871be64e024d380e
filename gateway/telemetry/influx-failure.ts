import { z } from 'zod';

/** What an error from InfluxDB means for the rows that were being written. */
export type InfluxFailure =
  /** Nothing is wrong with the rows: write the same ones again later. */
  | { readonly type: 'again'; readonly code: AgainCode }
  | { readonly type: 'no-database' }
  /** At least one row among them will never be taken. The others may have been. */
  | { readonly type: 'bad-rows' }
  /** These many lie further back than the database keeps; all others were written. */
  | { readonly type: 'expired'; readonly count: number };

export type AgainCode = 'influxdb-unreachable' | 'influxdb-silent' | 'influxdb-refuses-sign-in' | 'influxdb-failing';

/** InfluxDB took the connection and did not answer in time. */
export class InfluxSilence extends Error {
  constructor(afterMs: number) {
    super(`InfluxDB did not answer within ${afterMs} ms.`);
    this.name = 'InfluxSilence';
  }
}

/** The client's RequestError, which it does not export: an answer of 300 to 499. */
const answerSchema = z.object({ res: z.object({ statusCode: z.number() }), message: z.string() });
const networkSchema = z.object({ code: z.string() });

/** Reads an error of the `influx` client. Whatever it does not know for certain to be the rows' fault counts as a reason to try again. */
export function readInfluxFailure(cause: unknown): InfluxFailure {
  if (cause instanceof InfluxSilence) return { type: 'again', code: 'influxdb-silent' };
  const answer = answerSchema.safeParse(cause);
  if (answer.success) return readAnswer(answer.data.res.statusCode, answer.data.message);
  if (cause instanceof Error && cause.message === 'Request timed out') return { type: 'again', code: 'influxdb-silent' };
  if (networkSchema.safeParse(cause).success) return { type: 'again', code: 'influxdb-unreachable' };
  return { type: 'again', code: 'influxdb-failing' };
}

function readAnswer(status: number, message: string): InfluxFailure {
  if (status === 401 || status === 403) return { type: 'again', code: 'influxdb-refuses-sign-in' };
  if (status === 404 && message.includes('database not found')) return { type: 'no-database' };
  const expired = /points beyond retention policy dropped=(\d+)/.exec(message);
  if (expired !== null) return { type: 'expired', count: Number(expired[1]) };
  const aboutRows = status === 413 || (status === 400 && /partial write|unable to parse|field type conflict/.test(message));
  return aboutRows ? { type: 'bad-rows' } : { type: 'again', code: 'influxdb-failing' };
}
