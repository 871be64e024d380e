import { z } from 'zod';
import { isCallRule, prioritySchema, ruleNameSchema } from '../domain/alarm.ts';
import { type HomeId, homeIdSchema } from '../domain/ids.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Expectation } from './scenarios/scenario.ts';

/** What the comparison needs of an alarm, as the gateway's API gives it. */
export const raisedAlarmSchema = z.object({
  id: z.string(),
  rule: ruleNameSchema,
  priority: prioritySchema,
  home: homeIdSchema,
  stage: z.enum(['pre-alert', 'alarm']),
  calls: z.number().int(),
});
export type RaisedAlarm = z.infer<typeof raisedAlarmSchema>;

/**
 * The alarms of one run: those that are there now, with only the calls that came since `before` was read. A call that joins an alarm that
 * was open already belongs to the run; an open alarm of a call that got nothing more does not. A fault that lasts (a battery) does.
 */
export const alarmsOfRun = (before: readonly RaisedAlarm[], now: readonly RaisedAlarm[]): RaisedAlarm[] => {
  const earlier = new Map(before.map((alarm) => [alarm.id, alarm.calls]));
  const newest = new Map(now.map((alarm) => [alarm.id, alarm]));
  return [...newest.values()]
    .map((alarm) => (isCallRule(alarm.rule) ? { ...alarm, calls: alarm.calls - (earlier.get(alarm.id) ?? 0) } : alarm))
    .filter((alarm) => alarm.calls > 0);
};

export interface Shortfall {
  readonly home: HomeId;
  readonly rule: string;
  readonly wanted: string;
  readonly found: string;
}

export interface Comparison {
  /** Calls for help that went out, and those of them that were acknowledged. */
  readonly callsSent: number;
  readonly callsAcknowledged: number;
  readonly alarmsRaised: number;
  /** Expected and not there, or not as expected. */
  readonly missing: readonly Shortfall[];
  /** Cries for help (button, fall) that nobody made. */
  readonly unexpected: readonly Shortfall[];
  /** An acknowledged call in a home without any alarm of that rule: the promise is broken. */
  readonly lost: readonly Shortfall[];
}

const isCallEntry = (entry: LedgerEntry): boolean =>
  entry.facts.button === 'press' || entry.facts.fall === 'suspected' || entry.facts.fall === 'confirmed';
const ruleOf = (entry: LedgerEntry): 'button' | 'fall' => (entry.facts.button === undefined ? 'fall' : 'button');

/**
 * Holds what was sent and what must have come of it against the alarms that were raised since the street began. Pure.
 */
export const compare = (ledger: readonly LedgerEntry[], expects: readonly Expectation[], raised: readonly RaisedAlarm[]): Comparison => {
  const calls = ledger.filter(isCallEntry);
  const acknowledged = calls.filter((entry) => entry.acknowledgedAt !== null);
  const key = (home: string, rule: string): string => `${home} ${rule}`;
  const found = Map.groupBy(raised, (alarm) => key(alarm.home, alarm.rule));
  const missing = expects.flatMap((e): Shortfall[] => {
    const alarms = (found.get(key(e.home, e.rule)) ?? []).filter((alarm) => alarm.stage === e.stage);
    const held = alarms.reduce((sum, alarm) => sum + alarm.calls, 0);
    if (alarms.length === e.alarms && held >= e.calls) return [];
    const wanted = `${e.alarms} × ${e.stage}, ${e.calls} calls`;
    return [{ home: e.home, rule: e.rule, wanted, found: `${alarms.length} × ${e.stage}, ${held} calls` }];
  });
  const made = new Set([...calls.map((entry) => key(entry.home, ruleOf(entry))), ...expects.map((e) => key(e.home, e.rule))]);
  const unexpected = raised
    .filter((alarm) => isCallRule(alarm.rule) && !made.has(key(alarm.home, alarm.rule)))
    .map((alarm): Shortfall => ({ home: alarm.home, rule: alarm.rule, wanted: 'none', found: alarm.id }));
  const lost = acknowledged
    .filter((entry) => !found.has(key(entry.home, ruleOf(entry))))
    .map((entry): Shortfall => ({ home: entry.home, rule: ruleOf(entry), wanted: entry.id, found: 'no alarm' }));
  return { callsSent: calls.length, callsAcknowledged: acknowledged.length, alarmsRaised: raised.length, missing, unexpected, lost };
};
