import type { AlarmEvent, Escalation } from '../../domain/alarm.ts';
import type { PersonId, WebhookId } from '../../domain/ids.ts';
import type { Purpose } from '../../domain/notification.ts';

/** Somebody to tell now. */
export type Tell =
  | { readonly person: PersonId; readonly webhook: null; readonly purpose: Purpose }
  | { readonly person: null; readonly webhook: WebhookId; readonly purpose: Purpose };

/** What a decision of the escalation brings about. */
export interface Step {
  readonly escalation: Escalation;
  readonly tell: readonly Tell[];
  readonly events: readonly AlarmEvent[];
  /** The acknowledgement was forgotten: the alarm is to be reopened (input `reopen`), after which the escalation is restarted. */
  readonly reopen: boolean;
}
