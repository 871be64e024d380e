import { z } from 'zod';
import { CarebedFailure } from '../../domain/failure.ts';

/** One thing that is wrong with a request. */
export const problemErrorSchema = z.strictObject({
  /** Where: `body.levels[0].afterSeconds`, `query.from`, `header.if-match`. */
  where: z.string(),
  wrong: z.string(),
  right: z.string(),
});
export type ProblemError = z.infer<typeof problemErrorSchema>;

/** An error as RFC 9457 (application/problem+json) says it. `code` is stable; the words are in the caller's language. */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(problemErrorSchema),
  })
  .meta({ description: 'An error after RFC 9457. `code` is stable; title and detail are in the language of Accept-Language (zh-CN, en).' });
export type Problem = z.infer<typeof problemSchema>;

/** A request that was understood and is not right: what is wrong where, still to be put into words. */
export class RequestRefused extends CarebedFailure {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly issue: z.core.$ZodIssue }[];

  constructor(part: string, error: z.core.$ZodError) {
    super('request-invalid', 'the request is not right', { status: 400 });
    this.issues = error.issues.map((issue) => ({ path: [part, ...issue.path], issue }));
  }
}

/** What is not there, or lies outside the caller's scope: both look the same from outside. */
export const notFound = (): CarebedFailure => new CarebedFailure('not-found', 'there is nothing here that you may see', { status: 404 });

/** The errors of every route, for its `response`. */
export const problemAnswers = {
  default: { description: 'What went wrong (RFC 9457).', content: { 'application/problem+json': { schema: problemSchema } } },
} as const;
