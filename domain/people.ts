import { z } from 'zod';
import { contactIdSchema, homeIdSchema, personIdSchema, rosterIdSchema, webhookIdSchema } from './ids.ts';
import { clockTimeSchema, instantSchema, timeZoneSchema } from './instant.ts';
import { languageSchema } from './language.ts';

export const channelNames = ['sms', 'email', 'webhook'] as const;
export const channelNameSchema = z.enum(channelNames);
export type ChannelName = z.infer<typeof channelNameSchema>;

/** Where a person can be reached on one channel. */
export const channelAddressSchema = z.discriminatedUnion('channel', [
  z.strictObject({
    channel: z.literal('sms'),
    phone: z.string().regex(/^\+?\d{5,20}$/, { error: 'is not a phone number; write digits only, with + and country code abroad' }),
  }),
  z.strictObject({ channel: z.literal('email'), address: z.email({ error: 'is not an e-mail address' }) }),
  /** A webhook of the gateway's configuration, by its name there: its URL and secret stay out of the records. */
  z.strictObject({ channel: z.literal('webhook'), webhook: webhookIdSchema }),
]);
export type ChannelAddress = z.infer<typeof channelAddressSchema>;

/** What somebody is to the resident decides what a message may tell them. */
export const personRoles = ['operator', 'supervisor', 'responder', 'family', 'neighbour', 'maintainer', 'system'] as const;
export const personRoleSchema = z.enum(personRoles);
export type PersonRole = z.infer<typeof personRoleSchema>;

/** Anybody who may be told: staff, family, neighbours, or a system behind a webhook. */
export const personSchema = z.strictObject({
  id: personIdSchema,
  name: z.string().trim().min(1).max(80),
  role: personRoleSchema,
  language: languageSchema.default('zh-CN'),
  /** In the order in which they are tried. Empty means: cannot be reached, and is said so when an escalation comes to them. */
  channels: z.array(channelAddressSchema).max(8).default([]),
});
export type Person = z.infer<typeof personSchema>;

/** A contact 联系人: a person who may be told about one home, in that home's order. */
export const contactSchema = z.strictObject({
  id: contactIdSchema,
  home: homeIdSchema,
  person: personIdSchema,
  /** 1 is told first. */
  order: z.number().int().min(1).max(99).default(1),
  relation: z.string().trim().max(40).default(''),
  holdsKey: z.boolean().default(false),
});
export type Contact = z.infer<typeof contactSchema>;

/** ISO weekdays: 1 is Monday, 7 is Sunday. */
const weekday = z.number().int().min(1).max(7);

/** A weekly shift. It belongs to the weekday on which it starts; `to` at or before `from` runs over midnight. Start inclusive, end exclusive. */
export const shiftSchema = z.strictObject({
  person: personIdSchema,
  weekdays: z.array(weekday).min(1).default([1, 2, 3, 4, 5, 6, 7]),
  from: clockTimeSchema.default('00:00'),
  to: clockTimeSchema.default('24:00'),
});

/** For a while `person` stands in for `replaces` (null replaces: comes in addition; null person: nobody does). */
export const rosterOverrideSchema = z
  .strictObject({
    person: personIdSchema.nullable(),
    replaces: personIdSchema.nullable(),
    from: instantSchema,
    to: instantSchema,
  })
  .refine((o) => o.to > o.from, { path: ['to'], error: 'must be after from' })
  .refine((o) => o.person !== null || o.replaces !== null, {
    path: ['person'],
    error: 'an override needs a person, a person it replaces, or both',
  });
export type RosterOverride = z.infer<typeof rosterOverrideSchema>;

/** A roster 值班表: who is on duty when. */
export const rosterSchema = z.strictObject({
  id: rosterIdSchema,
  name: z.string().trim().min(1).max(80),
  timeZone: timeZoneSchema.default('Asia/Shanghai'),
  shifts: z.array(shiftSchema).max(500).default([]),
  overrides: z.array(rosterOverrideSchema).max(500).default([]),
});
export type Roster = z.infer<typeof rosterSchema>;
