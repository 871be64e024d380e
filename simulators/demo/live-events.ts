import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { alarmEventTypeSchema, prioritySchema, ruleNameSchema } from '../../domain/alarm.ts';

/** One line of the gateway's live stream, as far as the story needs it. */
export const liveEventSchema = z.object({
  seq: z.number(),
  alarm: z.string(),
  home: z.string(),
  rule: ruleNameSchema,
  priority: prioritySchema,
  event: z.object({
    type: alarmEventTypeSchema,
    at: z.number(),
    lateMs: z.number().default(0),
    by: z.looseObject({ type: z.string(), person: z.string().optional() }),
    data: z.record(z.string(), z.unknown()).default({}),
  }),
});
export type LiveEvent = z.infer<typeof liveEventSchema>;

const againAfterMs = 1_000;

/** Reads server-sent events out of a stream of text: each block's `id`, `event` and `data`. */
async function* blocksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<{ id: string; event: string; data: string }> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const part of stream) {
    rest += decoder.decode(part, { stream: true });
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const fields = new Map(
        rest
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      );
      rest = rest.slice(end + 2);
      yield { id: fields.get('id') ?? '', event: fields.get('event') ?? '', data: fields.get('data') ?? '' };
    }
  }
}

/** Follows the gateway's live stream until `signal` aborts, resuming after every break where it was. */
export const followEvents = async (
  options: { readonly url: string; readonly token: string; readonly onOpen: () => void; readonly onEvent: (event: LiveEvent) => void },
  signal: AbortSignal,
): Promise<void> => {
  let last = '';
  while (!signal.aborted) {
    try {
      const headers = { authorization: `Bearer ${options.token}`, ...(last === '' ? {} : { 'last-event-id': last }) };
      const response = await fetch(new URL('/api/events', options.url), { headers, signal });
      if (!response.ok || response.body === null) throw new Error(`the live stream was answered ${response.status}`);
      options.onOpen();
      for await (const { id, event, data } of blocksOf(response.body)) {
        if (id !== '') last = id;
        if (event === 'alarm') options.onEvent(liveEventSchema.parse(JSON.parse(data)));
      }
    } catch (error) {
      if (error instanceof z.ZodError) throw error;
      if (!signal.aborted) await wait(againAfterMs);
    }
  }
};
