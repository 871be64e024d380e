import { z } from 'zod';
import { CarebedFailure } from '../../domain/failure.ts';
import { deviceIdSchema } from '../../domain/ids.ts';

const cell = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const answerSchema = z.object({
  results: z.array(
    z.object({
      error: z.string().optional(),
      series: z
        .array(
          z.object({
            tags: z.object({ device: deviceIdSchema.optional() }).optional(),
            columns: z.array(z.string()),
            values: z.array(z.array(cell)),
            partial: z.literal(true).optional(),
          }),
        )
        .default([]),
    }),
  ),
});

type Answer = z.infer<typeof answerSchema>;
/** One series of an answer: times in milliseconds in the first column. */
export type InfluxSeries = Answer['results'][number]['series'][number];

/** What InfluxDB said to some statements: the series of each, or that there is no such database, as long as nobody wrote to it. */
export type InfluxAnswer = readonly (readonly InfluxSeries[])[] | 'no-database' | 'not-executed';

/**
 * Reads an answer. `not-executed`: one statement failed, and InfluxDB 1.6 named not its reason but what became of the others.
 * Throws CarebedFailure `telemetry-unavailable` when a statement failed, was cut short, or the answer is something else.
 */
export function readInfluxAnswer(answer: unknown): InfluxAnswer {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw unavailable('InfluxDB gave an answer that is not one of InfluxDB 1.x.', parsed.error);
  const { results } = parsed.data;
  const error = results.find((result) => result.error !== undefined)?.error;
  if (error?.includes('database not found')) return 'no-database';
  if (error === 'not executed') return 'not-executed';
  if (error !== undefined) throw unavailable('InfluxDB could not answer the query.', error);
  const series = results.map((result) => result.series);
  if (series.flat().some(({ partial }) => partial))
    throw unavailable('InfluxDB cut the answer short; raise max-row-limit in its configuration.');
  return series;
}

export function unavailable(message: string, cause?: unknown): CarebedFailure {
  return new CarebedFailure('telemetry-unavailable', message, { status: 503, cause });
}
