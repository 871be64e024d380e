import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Language } from '../../domain/language.ts';
import { CliFailure, exitCodes } from './exit.ts';
import type { CliWords } from './words.ts';

/** Where the gateway is and who asks. */
export interface ConnectionOptions {
  readonly url?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly data?: string | undefined;
}

const problemShape = z.object({
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ where: z.string(), wrong: z.string(), right: z.string() })).default([]),
});

/** The data folder: --data, CAREBED_DATA, `.carebed`. */
export const dataFolder = (options: ConnectionOptions, env: NodeJS.ProcessEnv): string => options.data ?? env['CAREBED_DATA'] ?? '.carebed';

export interface Client {
  /** The answer's body, read through `schema`. Throws CliFailure for every refusal, in the caller's language. */
  call<T>(schema: z.ZodType<T>, method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<T>;
  /** The bare answer, for what is not JSON. */
  open(path: string, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
}

/** Finds token and address, and speaks to the gateway. Every write carries an Idempotency-Key, so a try after a lost answer is safe. */
export const createClient = async (
  options: ConnectionOptions,
  env: NodeJS.ProcessEnv,
  language: Language,
  words: CliWords,
): Promise<Client> => {
  const base = (options.url ?? env['CAREBED_URL'] ?? 'http://127.0.0.1:8080').replace(/\/+$/, '');
  const token = await findToken(options, env, words);

  const send = async (
    method: string,
    path: string,
    init: { body?: string; headers?: Record<string, string>; signal?: AbortSignal },
  ): Promise<Response> => {
    const { headers, ...rest } = init;
    const request = { method, ...rest, headers: { authorization: `Bearer ${token}`, 'accept-language': language, ...headers } };
    try {
      return await fetch(`${base}${path}`, request);
    } catch (cause) {
      if (init.signal?.aborted === true) throw cause;
      throw new CliFailure(exitCodes.unreachable, 'unreachable', words.unreachable(base));
    }
  };

  const refuse = async (response: Response): Promise<never> => {
    const parsed = problemShape.safeParse(await response.json().catch(() => null));
    const exit =
      response.status === 401 || response.status === 403
        ? exitCodes.notAllowed
        : response.status === 503
          ? exitCodes.unreachable
          : exitCodes.refused;
    if (!parsed.success) throw new CliFailure(exit, `http-${response.status}`, `HTTP ${response.status}`);
    const { code, title, detail, errors } = parsed.data;
    throw new CliFailure(exit, code, `${title}: ${detail}`, errors);
  };

  return {
    async call(schema, method, path, { body, headers = {} } = {}) {
      const write = method === 'GET' ? {} : { 'idempotency-key': randomUUID() };
      const content = body === undefined ? {} : { 'content-type': 'application/json' };
      const response = await send(method, path, {
        headers: { ...write, ...content, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) return refuse(response);
      return schema.parse(response.status === 204 ? null : await response.json());
    },
    async open(path, headers = {}, signal) {
      const response = await send('GET', path, { headers, ...(signal === undefined ? {} : { signal }) });
      return response.ok ? response : refuse(response);
    },
  };
};

const findToken = async (options: ConnectionOptions, env: NodeJS.ProcessEnv, words: CliWords): Promise<string> => {
  const given = env['CAREBED_TOKEN'];
  if (options.tokenFile === undefined && given !== undefined && given !== '') return given;
  const file = options.tokenFile ?? join(dataFolder(options, env), 'admin-token');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    throw new CliFailure(exitCodes.notAllowed, 'no-token', words.noToken(file));
  }
};
