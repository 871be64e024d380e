import type { Alarm, AlarmEvent, RuleName } from './alarm.ts';
import type { AlarmId, HomeId, PersonId, WebhookId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { Language } from './language.ts';
import type { MessageSubject, Purpose } from './notification.ts';
import type { ChannelAddress, PersonRole } from './people.ts';

/** A rule's state for one bed or device, as it is kept. */
export interface RuleStateRecord {
  readonly rule: RuleName;
  readonly subject: string;
  readonly state: unknown;
  readonly wakeAt: Instant | null;
}

/** Something to tell somebody, to be put in the outbox. */
export interface NewNotification {
  readonly alarm: AlarmId;
  readonly home: HomeId;
  readonly person: PersonId | null;
  readonly webhook: WebhookId | null;
  readonly purpose: Purpose;
  /** In the order to try them. Never empty. */
  readonly channels: readonly ChannelAddress[];
  readonly language: Language;
  readonly role: PersonRole;
  readonly subject: MessageSubject;
  readonly createdAt: Instant;
}

/** Everything that decisions have changed since it was last asked for: what must be written in one transaction. */
export interface Changes {
  readonly ruleStates: readonly RuleStateRecord[];
  /** The newest shape of each alarm that changed. */
  readonly alarms: readonly Alarm[];
  readonly events: readonly { readonly alarm: AlarmId; readonly home: HomeId; readonly event: AlarmEvent }[];
  readonly notifications: readonly NewNotification[];
  /** Alarms whose unsent messages have lost their point (somebody has it, or it is over). */
  readonly settled: readonly AlarmId[];
}
