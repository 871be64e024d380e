import { randomUUID } from 'node:crypto';
import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import type { Clock } from '../../../domain/instant.ts';
import { signAcs3 } from './acs3-signature.ts';
import type { AliyunSmsConfig } from './config.ts';

/** Answers are small; more than this is not one. */
const largestAnswerBytes = 262_144;

const answerSchema = z.looseObject({ Code: z.string() });

/** What became of a call. `not-sent` is certain; `doubt` is everything after the first byte left and before an answer was read. */
export type AliyunAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly code: string; readonly body: unknown }
  | { readonly kind: 'not-sent'; readonly why: string }
  | { readonly kind: 'doubt'; readonly why: string };

const neverReached = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

const readBounded = async (body: Dispatcher.ResponseData['body']): Promise<string> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    const bytes = part as Buffer;
    size += bytes.length;
    if (size > largestAnswerBytes) throw new Error('the answer is too large');
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
};

export type AliyunClient = (action: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<AliyunAnswer>;

/** Calls Dysmsapi 2017-05-25 with the V3 signature. Never throws, never tries twice. */
export const createAliyunClient =
  (config: AliyunSmsConfig, clock: Clock, dispatcher: Dispatcher): AliyunClient =>
  async (action, parameters, signal) => {
    const url = new URL(config.baseUrl);
    const { query, headers } = signAcs3({
      host: url.host,
      action,
      version: '2017-05-25',
      parameters,
      accessKeyId: config.accessKeyId,
      accessKeySecret: config.accessKeySecret,
      at: new Date(clock.now()),
      nonce: randomUUID(),
    });
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(config.timeoutSeconds * 1_000)]);
    if (deadline.aborted) return { kind: 'not-sent', why: 'aborted' };
    try {
      const response = await request(`${url.origin}/?${query}`, {
        method: 'POST',
        headers: { ...headers, accept: 'application/json' },
        dispatcher,
        signal: deadline,
      });
      const text = await readBounded(response.body);
      const parsed = answerSchema.safeParse(JSON.parse(text));
      if (!parsed.success) return { kind: 'doubt', why: `unreadable answer with HTTP status ${response.statusCode}` };
      return { kind: 'answer', status: response.statusCode, code: parsed.data.Code, body: parsed.data };
    } catch (error) {
      const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : '';
      if (neverReached.has(code)) return { kind: 'not-sent', why: code };
      return { kind: 'doubt', why: deadline.aborted ? 'timeout' : code };
    }
  };
