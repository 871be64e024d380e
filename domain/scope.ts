import { z } from 'zod';
import { districtIdSchema, homeIdSchema, personIdSchema, providerIdSchema } from './ids.ts';

/** Whose data somebody may see: everything, or what lies under any of the named districts, providers or homes. */
export const scopeSchema = z.union([
  z.literal('all'),
  z.strictObject({
    districts: z.array(districtIdSchema).default([]),
    providers: z.array(providerIdSchema).default([]),
    homes: z.array(homeIdSchema).default([]),
  }),
]);
export type Scope = z.infer<typeof scopeSchema>;

/** What the bearer of a token may do. */
export const accessRoles = ['administrator', 'supervisor', 'operator', 'installer', 'viewer'] as const;
export const accessRoleSchema = z.enum(accessRoles);
export type AccessRole = z.infer<typeof accessRoleSchema>;

/** Who acts through an interface, and how far they may see. */
export interface Principal {
  readonly token: string;
  readonly role: AccessRole;
  readonly scope: Scope;
  /** The person behind the token; null for a machine's. */
  readonly person: z.infer<typeof personIdSchema> | null;
}
