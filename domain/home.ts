import { z } from 'zod';
import { careNumbersOverrideSchema } from './care-profile.ts';
import { bedIdSchema, districtIdSchema, homeIdSchema, policyIdSchema, profileIdSchema, providerIdSchema, residentIdSchema } from './ids.ts';
import { instantSchema, timeZoneSchema } from './instant.ts';
import { languageSchema } from './language.ts';

const name = z.string().trim().min(1).max(80);

export const districtSchema = z.strictObject({ id: districtIdSchema, name });

/** A provider 服务机构 serves beds in a district. */
export const providerSchema = z.strictObject({ id: providerIdSchema, name, district: districtIdSchema });

export const homeSchema = z.strictObject({
  id: homeIdSchema,
  provider: providerIdSchema,
  name,
  address: z.string().trim().max(200).default(''),
  /** How a responder gets in: key box, neighbour, door code. Shown to responders only. */
  access: z.string().trim().max(300).default(''),
  phone: z.string().trim().max(32).default(''),
  timeZone: timeZoneSchema.default('Asia/Shanghai'),
  /** Escalation policies of this home by alarm priority; what is absent falls to the gateway's defaults. */
  policies: z
    .strictObject({ high: policyIdSchema, medium: policyIdSchema, low: policyIdSchema, technical: policyIdSchema })
    .partial()
    .default({}),
});
export type Home = z.infer<typeof homeSchema>;

export const bedSchema = z.strictObject({
  id: bedIdSchema,
  home: homeIdSchema,
  name: z.string().trim().max(80).default(''),
});
export type Bed = z.infer<typeof bedSchema>;

/** May quiet inactivity rules; never a button and never a fall. Ends by itself at `until`. */
export const residentStates = ['at-home', 'away', 'in-hospital', 'visitor-present', 'under-test'] as const;
export const residentStateSchema = z.strictObject({
  value: z.enum(residentStates),
  until: instantSchema.nullable().default(null),
});
export type ResidentState = z.infer<typeof residentStateSchema>;

/** The two scales use the same digits with different meaning, so a level never travels without its scale. */
export const abilitySchema = z.discriminatedUnion('scale', [
  z.strictObject({ scale: z.literal('GB/T 42195-2022'), level: z.number().int().min(0).max(4) }),
  z.strictObject({ scale: z.literal('long-term-care'), level: z.number().int().min(0).max(5) }),
]);

export const residentSchema = z.strictObject({
  id: residentIdSchema,
  bed: bedIdSchema,
  name,
  birthYear: z.number().int().min(1900).max(2100).nullable().default(null),
  language: languageSchema.default('zh-CN'),
  ability: abilitySchema.nullable().default(null),
  /** What a responder must know (oxygen, deaf, anticoagulant). Health data: for staff who respond, never in a message to a neighbour. */
  notes: z.string().trim().max(500).default(''),
  profile: profileIdSchema,
  /** A profile on trial 影子方案: it runs beside the one in force and only records what it would have raised. Null: none. */
  shadowProfile: profileIdSchema.nullable().default(null),
  /** This resident's own numbers; they win over the profile's. */
  numbers: careNumbersOverrideSchema.default({}),
  state: residentStateSchema.default({ value: 'at-home', until: null }),
});
export type Resident = z.infer<typeof residentSchema>;
