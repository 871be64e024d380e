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

/**
 * Reads the answer to some InfluxQL statements: the series of each statement. A database or measurement that nobody wrote to yet is empty.
 * Throws CarebedFailure `telemetry-unavailable` when a statement failed, was cut short, or the answer is something else.
 */
export function readInfluxAnswer(answer: unknown): readonly (readonly InfluxSeries[])[] {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw unavailable('InfluxDB gave an answer that is not one of InfluxDB 1.x.', parsed.error);
  return parsed.data.results.map(({ error, series }) => {
    if (error !== undefined && !error.includes('database not found')) throw unavailable('InfluxDB could not answer the query.', error);
    if (series.some(({ partial }) => partial))
      throw unavailable('InfluxDB cut the answer short; raise max-row-limit in its configuration.');
    return series;
  });
}

export function unavailable(message: string, cause?: unknown): CarebedFailure {
  return new CarebedFailure('telemetry-unavailable', message, { status: 503, cause });
}
