import { z } from 'zod';
import { priorities, type Priority, prioritySchema, reasonSchema, ruleNameSchema, type RuleName } from './alarm.ts';
import { bedIdSchema, deviceIdSchema, homeIdSchema } from './ids.ts';
import { type Instant, instantSchema } from './instant.ts';

/** One time that a rule spoke up about an alarm: the raising, a further call, a higher stage or priority. */
export const replayRaiseSchema = z.strictObject({
  at: instantSchema,
  type: z.enum(['raised', 'raised-again', 'priority-raised']),
  stage: z.enum(['pre-alert', 'alarm']),
  priority: prioritySchema,
  reason: reasonSchema,
});

/** An alarm as a replay or a shadow profile would have raised it, or as it was really raised: what rules said, without what people did. */
export const replayAlarmSchema = z.strictObject({
  rule: ruleNameSchema,
  home: homeIdSchema,
  bed: bedIdSchema.nullable(),
  device: deviceIdSchema.nullable(),
  raisedAt: instantSchema,
  /** The highest it came to. */
  stage: z.enum(['pre-alert', 'alarm']),
  priority: prioritySchema,
  raises: z.array(replayRaiseSchema).min(1),
  /** When the condition went back to normal or was taken back at the device; null when neither happened. */
  overAt: instantSchema.nullable(),
});
export type ReplayAlarm = z.infer<typeof replayAlarmSchema>;

/** How many alarms there were, by what people ask first. */
export const alarmFiguresSchema = z.strictObject({
  alarms: z.number().int(),
  /** Alarms that came to the stage `alarm`; the others stayed pre-alerts. */
  beyondPreAlert: z.number().int(),
  days: z.number(),
  /** Alarms a bed a day. */
  aBedADay: z.number(),
  byRule: z.partialRecord(ruleNameSchema, z.number().int()),
  byPriority: z.record(prioritySchema, z.number().int()),
  /** By the hour of the home's wall clock in which they were raised: 24 numbers. */
  byHour: z.array(z.number().int()).length(24),
});
export type AlarmFigures = z.infer<typeof alarmFiguresSchema>;

/** Two sets of alarms of the same time laid beside each other, rule by rule. */
export const alarmComparisonSchema = z.strictObject({
  /** In both: the same rule about the same bed or device, no further apart than {@link sameAlarmWithin}. */
  both: z.number().int(),
  onlyWould: z.array(replayAlarmSchema),
  onlyReal: z.array(replayAlarmSchema),
});
export type AlarmComparison = z.infer<typeof alarmComparisonSchema>;

/** Two alarms of one rule this close are the same one, decided a little sooner or later (judgement: a pre-alert's fifteen minutes), in ms. */
export const sameAlarmWithin = 15 * 60_000;
/** Most alarms of each kind that a report lists; the figures count all. */
export const mostReplayAlarms = 2_000;

export const replayReportSchema = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  timeZone: z.string(),
  /** Readings that went through the rules. */
  readings: z.number().int(),
  /** Readings left out because they came later than the allowed lateness; a stored history has none. */
  tooLate: z.number().int(),
  /** When the first reading of this history was received; null when there is none. */
  firstReadingAt: instantSchema.nullable(),
  /** What the replay itself took, in ms. */
  tookMs: z.number(),
  would: z.strictObject({ figures: alarmFiguresSchema, alarms: z.array(replayAlarmSchema), truncated: z.boolean() }),
  /** What was really raised in that time; null for an imported history, which raised nothing. */
  real: z.strictObject({ figures: alarmFiguresSchema, alarms: z.array(replayAlarmSchema), truncated: z.boolean() }).nullable(),
  comparison: alarmComparisonSchema.nullable(),
  /** What an imported file said strangely, by line; it was taken all the same. */
  remarks: z.array(z.strictObject({ line: z.number().int(), text: z.strictObject({ 'zh-CN': z.string(), en: z.string() }) })),
});
export type ReplayReport = z.infer<typeof replayReportSchema>;

const dayMs = 86_400_000;

/** Counts alarms. @param beds how many beds they are of @param timeZone of the hours */
export const alarmFigures = (
  alarms: readonly ReplayAlarm[],
  span: { readonly from: Instant; readonly to: Instant; readonly beds: number; readonly timeZone: string },
): AlarmFigures => {
  const days = Math.max(0, span.to - span.from) / dayMs;
  const hourOf = new Intl.DateTimeFormat('en', { timeZone: span.timeZone, hour: 'numeric', hourCycle: 'h23' });
  const byRule: Partial<Record<RuleName, number>> = {};
  const byPriority = Object.fromEntries(priorities.map((priority) => [priority, 0])) as Record<Priority, number>;
  const byHour = Array.from({ length: 24 }, () => 0);
  for (const { rule, priority, raisedAt } of alarms) {
    byRule[rule] = (byRule[rule] ?? 0) + 1;
    byPriority[priority] += 1;
    const hour = Number(hourOf.format(raisedAt));
    byHour[hour] = (byHour[hour] ?? 0) + 1;
  }
  const beyondPreAlert = alarms.filter(({ stage }) => stage === 'alarm').length;
  return {
    alarms: alarms.length,
    beyondPreAlert,
    days,
    aBedADay: days === 0 ? 0 : alarms.length / days / span.beds,
    byRule,
    byPriority,
    byHour,
  };
};

const about = ({ rule, bed, device, home }: ReplayAlarm): string => `${rule} ${bed ?? device ?? home}`;

/** Pairs each alarm that would have been with the nearest one of its kind that was. Each is paired once at most. */
export const compareAlarms = (would: readonly ReplayAlarm[], real: readonly ReplayAlarm[]): AlarmComparison => {
  const left = Map.groupBy(real, about);
  const paired = new Set<ReplayAlarm>();
  const onlyWould = would.filter((alarm) => {
    const distance = (other: ReplayAlarm): number => Math.abs(other.raisedAt - alarm.raisedAt);
    const near = (left.get(about(alarm)) ?? []).filter((other) => !paired.has(other) && distance(other) <= sameAlarmWithin);
    const nearest = near.toSorted((a, b) => distance(a) - distance(b))[0];
    if (nearest !== undefined) paired.add(nearest);
    return nearest === undefined;
  });
  const onlyReal = real.filter((alarm) => !paired.has(alarm));
  return { both: paired.size, onlyWould: onlyWould.slice(0, mostReplayAlarms), onlyReal: onlyReal.slice(0, mostReplayAlarms) };
};
