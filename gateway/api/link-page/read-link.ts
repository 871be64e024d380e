import { type Alarm, alarmSchema } from '../../../domain/alarm.ts';
import { personIdSchema, type PersonId } from '../../../domain/ids.ts';
import { type Language, languageSchema } from '../../../domain/language.ts';
import { type MessageSubject, messageSubjectSchema } from '../../../domain/notification.ts';
import { type PersonRole, personRoleSchema, personSchema } from '../../../domain/people.ts';
import type { Reader } from '../../store/reader.ts';

/** What a link opens: one alarm, for one person, as they were told of it. */
export interface OpenedLink {
  readonly link: number;
  readonly expiresAt: number;
  readonly opened: boolean;
  readonly person: PersonId;
  readonly alarm: Alarm;
  readonly language: Language;
  readonly role: PersonRole;
  /** From the newest message this person was sent about it. */
  readonly subject: MessageSubject;
}

/** The link of that number; null when there is none or no message was ever written for it. */
export const readLink = async (reader: Reader, link: number): Promise<OpenedLink | null> => {
  const row = await reader
    .selectFrom('link')
    .innerJoin('alarm', 'alarm.id', 'link.alarm')
    .innerJoin('notification', (join) =>
      join.onRef('notification.alarm', '=', 'link.alarm').onRef('notification.person', '=', 'link.person'),
    )
    .select(['link.seq', 'link.expires_at', 'link.opened_at', 'link.person', 'alarm.body'])
    .select(['notification.language', 'notification.role', 'notification.subject'])
    .where('link.seq', '=', link)
    .orderBy('notification.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    link: row.seq,
    expiresAt: row.expires_at,
    opened: row.opened_at !== null,
    person: personIdSchema.parse(row.person),
    alarm: alarmSchema.parse(JSON.parse(row.body)),
    language: languageSchema.parse(row.language),
    role: personRoleSchema.parse(row.role),
    subject: messageSubjectSchema.parse(JSON.parse(row.subject)),
  };
};

/** A person's name, for the page; null when they are no longer in the records. */
export const nameOf = async (reader: Reader, person: PersonId): Promise<string | null> => {
  const row = await reader.selectFrom('person').select('body').where('id', '=', person).executeTakeFirst();
  return row === undefined ? null : personSchema.parse(JSON.parse(row.body)).name;
};
