import { z } from 'zod';
import { CarebedFailure } from '../domain/failure.ts';
import { type RaisedAlarm, raisedAlarmSchema } from './comparison.ts';

/** The gateway's public HTTP interface, as far as a street needs it. */
export interface GatewayApi {
  /**
   * @throws CarebedFailure `gateway-refused` with the status and the gateway's own words.
   */
  get<T>(path: string, answer: z.ZodType<T>): Promise<T>;
  post<T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<T>;
  put(path: string, body: unknown): Promise<void>;
  /** Every alarm that the query lets through, all pages of them. */
  alarms(query: { readonly from?: string; readonly open?: 'true' }): Promise<RaisedAlarm[]>;
}

const alarmPageSchema = z.object({ items: z.array(raisedAlarmSchema), next: z.string().nullable() });

export const createGatewayApi = (options: { readonly url: string; readonly token: string }): GatewayApi => {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(new URL(path, options.url), {
      method,
      headers: { authorization: `Bearer ${options.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    if (!response.ok)
      throw new CarebedFailure('gateway-refused', `${method} ${path} was answered ${response.status}: ${text.slice(0, 600)}`);
    return text === '' ? null : JSON.parse(text);
  };
  const get = async <T>(path: string, answer: z.ZodType<T>): Promise<T> => answer.parse(await ask('GET', path));
  return {
    get,
    post: async (path, body, answer) => answer.parse(await ask('POST', path, body)),
    put: async (path, body) => {
      await ask('PUT', path, body);
    },
    alarms: async (query) => {
      const all: RaisedAlarm[] = [];
      let after: string | null = null;
      do {
        const asked = new URLSearchParams({ ...query, limit: '200', ...(after === null ? {} : { after }) });
        const page: z.infer<typeof alarmPageSchema> = await get(`/api/alarms?${asked.toString()}`, alarmPageSchema);
        all.push(...page.items);
        after = page.next;
      } while (after !== null);
      return all;
    },
  };
};
