import { z } from 'zod';

/**
 * Every id that a person or a file may choose: 1 to 64 characters of A–Z a–z 0–9 . _ - (no slash, plus, hash or space, so that it
 * can stand as one level of an MQTT topic and in a URL), starting with a letter or digit.
 */
const idText = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: 'is not an id; use 1 to 64 of A-Z a-z 0-9 . _ - and start with a letter or digit' });

export const districtIdSchema = idText.brand<'DistrictId'>();
export const providerIdSchema = idText.brand<'ProviderId'>();
export const homeIdSchema = idText.brand<'HomeId'>();
export const bedIdSchema = idText.brand<'BedId'>();
export const residentIdSchema = idText.brand<'ResidentId'>();
export const deviceIdSchema = idText.brand<'DeviceId'>();
export const deviceModelIdSchema = idText.brand<'DeviceModelId'>();
export const personIdSchema = idText.brand<'PersonId'>();
export const contactIdSchema = idText.brand<'ContactId'>();
export const rosterIdSchema = idText.brand<'RosterId'>();
export const policyIdSchema = idText.brand<'PolicyId'>();
export const profileIdSchema = idText.brand<'ProfileId'>();
export const webhookIdSchema = idText.brand<'WebhookId'>();
export const alarmIdSchema = z
  .string()
  .regex(/^alarm-\d+$/, { error: 'is not an alarm id; it looks like alarm-42' })
  .brand<'AlarmId'>();

export type HomeId = z.infer<typeof homeIdSchema>;
export type BedId = z.infer<typeof bedIdSchema>;
export type DeviceId = z.infer<typeof deviceIdSchema>;
export type DeviceModelId = z.infer<typeof deviceModelIdSchema>;
export type PersonId = z.infer<typeof personIdSchema>;
export type RosterId = z.infer<typeof rosterIdSchema>;
export type PolicyId = z.infer<typeof policyIdSchema>;
export type WebhookId = z.infer<typeof webhookIdSchema>;
export type AlarmId = z.infer<typeof alarmIdSchema>;
/** Position of a notification in the outbox; never reused. */
export type NotificationId = number & z.$brand<'NotificationId'>;
