import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { alarmEventTypeSchema, prioritySchema, ruleNameSchema } from '../../../domain/alarm.ts';
import type { Client } from '../client.ts';
import { readEventStream } from '../event-stream.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import type { Session } from '../session.ts';
import type { CliWords } from '../words.ts';

const liveSchema = z.looseObject({
  seq: z.number(),
  alarm: z.string(),
  home: z.string(),
  bed: z.string().nullable(),
  rule: ruleNameSchema,
  priority: prioritySchema,
  event: z.looseObject({ type: alarmEventTypeSchema, at: z.number(), lateMs: z.number() }),
});
const troubleSchema = z.looseObject({ code: z.string(), over: z.boolean() });

/** After a lost connection: one second, then twice as long each time, to ten. */
const firstWaitMs = 1_000;
const longestWaitMs = 10_000;

const line = (live: z.infer<typeof liveSchema>, words: CliWords): string => {
  const at = new Date(live.event.at).toLocaleString('sv-SE');
  const late = live.event.lateMs >= 1_000 ? words.late(Math.round(live.event.lateMs / 1_000)) : '';
  return `${at}  ${live.alarm}  ${words.priority[live.priority]}  ${words.rule[live.rule]}  ${words.event[live.event.type]}${late}  ${live.home}${live.bed === null ? '' : ` ${live.bed}`}`;
};

/** `carebed alarms follow`: every alarm event, once, in order, whatever happens to the connection. */
export const followCommand = (alarms: Command, session: Session): void => {
  const { words } = session;
  alarms
    .command('follow')
    .description(words.help.follow)
    .option('--after <position>', words.help.after)
    .option('--count <n>', words.help.count, Number)
    .action(async (options: { after?: string; count?: number }) => {
      const client = await session.client();
      const ending = new AbortController();
      const stop = (): void => ending.abort();
      process.on('SIGINT', stop).on('SIGTERM', stop);
      let position = options.after ?? null;
      let left = options.count ?? Number.POSITIVE_INFINITY;
      let pause = firstWaitMs;

      const follow = async (from: Client): Promise<void> => {
        const headers = { accept: 'text/event-stream', ...(position === null ? {} : { 'last-event-id': position }) };
        const response = await from.open('/api/events', headers, ending.signal);
        pause = firstWaitMs;
        if (response.body === null) return;
        for await (const { id, event, data } of readEventStream(response.body)) {
          position = id ?? position;
          if (event === 'alarm') {
            const live = liveSchema.parse(JSON.parse(data));
            session.say(live, [line(live, words)]);
            left -= 1;
            if (left <= 0) return ending.abort();
          } else if (event === 'trouble') {
            const trouble = troubleSchema.parse(JSON.parse(data));
            session.say({ trouble }, [words.trouble(trouble.code, trouble.over)]);
          }
        }
      };

      session.remark(words.following);
      while (!ending.signal.aborted) {
        try {
          await follow(client);
        } catch (error) {
          if (ending.signal.aborted) break;
          if (error instanceof CliFailure && error.exitCode !== exitCodes.unreachable) throw error;
        }
        if (ending.signal.aborted) break;
        session.remark(words.lost);
        await wait(pause, undefined, { signal: ending.signal }).catch(() => undefined);
        pause = Math.min(longestWaitMs, pause * 2);
      }
      process.off('SIGINT', stop).off('SIGTERM', stop);
    });
};
