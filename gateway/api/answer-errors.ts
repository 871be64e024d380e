import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isResponseSerializationError } from 'fastify-type-provider-zod';
import { CarebedFailure } from '../../domain/failure.ts';
import { wordIssue } from '../../domain/wording/issue-wording.ts';
import { callerLanguage } from './caller-language.ts';
import type { Api } from './parts.ts';
import { notFound, type Problem, type ProblemError, RequestRefused } from './problem.ts';
import { wordProblem } from './problem-wording.ts';

/** Errors that arose with more to say than a code: an import's rows. */
export class ListedErrors extends CarebedFailure {
  readonly errors: readonly ProblemError[];
  constructor(code: string, status: number, errors: readonly ProblemError[]) {
    super(code, 'see errors', { status });
    this.errors = errors;
  }
}

/** Fastify's own refusals under our codes. */
const fastifyCodes: Readonly<Record<string, readonly [code: string, status: number]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 413],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['body-not-json', 415],
  FST_ERR_CTP_INVALID_JSON_BODY: ['body-not-json', 400],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['body-not-json', 400],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['body-not-json', 400],
  FST_ERR_BAD_URL: ['not-found', 404],
};

/** So many errors are named; whoever has more has one cause. */
const mostErrors = 50;

/** Every failure as problem+json, in the caller's language and without a word of what was sent. */
export const problemOf = (error: unknown, request: Pick<FastifyRequest, 'headers'>): Problem => {
  const language = callerLanguage(request.headers['accept-language']);
  const known = error instanceof CarebedFailure ? error : asFailure(error);
  const errors =
    known instanceof RequestRefused
      ? known.issues.slice(0, mostErrors).map(({ path, issue }) => wordIssue(issue, path, language))
      : known instanceof ListedErrors
        ? [...known.errors]
        : [];
  const { title, detail } = wordProblem(known.code, known.status, known.message, language);
  return { type: `urn:carebed:problem:${known.code}`, title, status: known.status, detail, code: known.code, errors };
};

const asFailure = (error: unknown): CarebedFailure => {
  const { code = '', statusCode = 500 } = error instanceof Error ? (error as Partial<FastifyError>) : {};
  const known = fastifyCodes[code];
  if (known !== undefined) return new CarebedFailure(known[0], '', { status: known[1], cause: error });
  if (error instanceof SyntaxError && statusCode === 400) return new CarebedFailure('body-not-json', '', { status: 400, cause: error });
  if (statusCode >= 400 && statusCode < 500) return new CarebedFailure('request-invalid', '', { status: statusCode, cause: error });
  return new CarebedFailure('internal', '', { status: 500, cause: error });
};

/** What of an unforeseen error may stand in a log: its kind and its stack's places, never its message, which may quote a request. */
const traceOf = (error: unknown): { name: string; at: string[] } => ({
  name: error instanceof Error ? error.name : typeof error,
  at:
    error instanceof Error
      ? (error.stack ?? '')
          .split('\n')
          .filter((line) => line.trimStart().startsWith('at '))
          .slice(0, 8)
      : [],
});

export const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply => {
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
};

export const answerErrors = (app: Api): void => {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request);
    if (problem.status >= 500) {
      const fields = isResponseSerializationError(error)
        ? error.cause.issues.map(({ code, path }) => ({ code, path: path.join('.') }))
        : [];
      request.log.error({ code: problem.code, route: request.routeOptions.url, trace: traceOf(error), fields }, 'a request failed');
    }
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(reply, problemOf(notFound(), request)));
};
