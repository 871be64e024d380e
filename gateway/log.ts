import { type Logger, pino } from 'pino';

export type { Logger };

/** Fields that could hold somebody's data or a secret; whatever logs them by mistake logs `[kept out]`. */
const keptOut = [
  'name',
  'phone',
  'address',
  'notes',
  'email',
  'access',
  'text',
  'body',
  'payload',
  'secret',
  'password',
  'token',
  'authorization',
  'link',
  'subject',
];

/** JSON lines on stderr (stdout belongs to the one line that says the gateway is ready). Ids, codes and numbers only. */
export const createLog = (level: string): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: keptOut.flatMap((field) => [field, `*.${field}`, `*.*.${field}`, `req.headers.${field}`]),
        censor: '[kept out]',
      },
      serializers: {
        err: (error: unknown) =>
          error instanceof Error
            ? { type: error.name, code: (error as { code?: unknown }).code, message: error.message }
            : { type: 'unknown' },
        req: (request: { method?: string; routeOptions?: { url?: string } }) => ({
          method: request.method,
          route: request.routeOptions?.url,
        }),
        res: (reply: { statusCode?: number }) => ({ statusCode: reply.statusCode }),
      },
    },
    pino.destination({ dest: 2, sync: false }),
  );
