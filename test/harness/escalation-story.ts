import type { Directory } from '../../alerts/escalation/directory.ts';
import { startEscalation, wake } from '../../alerts/escalation/escalate.ts';
import type { Step } from '../../alerts/escalation/step.ts';
import type { AlarmEvent, Escalation } from '../../domain/alarm.ts';
import { type Instant, instant } from '../../domain/instant.ts';
import { type Policy, policySchema } from '../../domain/policy.ts';
import type { z } from 'zod';

/** Every story begins here; its times are seconds after it. */
export const zero = instant(Date.parse('2026-03-02T20:00:00Z'));
export const second = (count: number): Instant => instant(zero + count * 1_000);
export const secondsOf = (at: Instant | null): number | null => (at === null ? null : (at - zero) / 1_000);

export const policyOf = (levels: z.input<typeof policySchema>['levels'], rest: Partial<z.input<typeof policySchema>> = {}): Policy =>
  policySchema.parse({ id: 'policy', name: 'policy', levels, ...rest });

/** A level of persons. */
export const people = (afterSeconds: number, ...ids: string[]): z.input<typeof policySchema>['levels'][number] => ({
  afterSeconds,
  targets: ids.map((id) => ({ type: 'person' as const, person: id })),
});

export const start = (policy: Policy, directory: Directory, at = zero): Step => startEscalation({ policy, stage: 'alarm', at, directory });

/** Who is told what, as `who: purpose`. */
export const told = (step: Step): string[] => step.tell.map((tell) => `${tell.person ?? tell.webhook}: ${tell.purpose}`);

export const events = (step: Step, type: AlarmEvent['type']): AlarmEvent[] => step.events.filter((event) => event.type === type);

/** Wakes an unanswered alarm at each of its due instants until `until` seconds: `[second, who: purpose …]`, empty steps included. */
export const timeline = (first: Step, directory: Directory, until: number): [number, ...string[]][] => {
  const lines: [number, ...string[]][] = [[secondsOf(first.escalation.startedAt) ?? 0, ...told(first)]];
  let escalation: Escalation = first.escalation;
  while (escalation.dueAt !== null && escalation.dueAt <= second(until)) {
    const at = escalation.dueAt;
    const step = wake(escalation, 'unacknowledged', at, directory);
    lines.push([secondsOf(at) ?? 0, ...told(step)]);
    escalation = step.escalation;
  }
  return lines;
};
