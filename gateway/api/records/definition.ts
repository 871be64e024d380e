import type { z } from 'zod';
import { careProfileSchema } from '../../../domain/care-profile.ts';
import { deviceSchema } from '../../../domain/device.ts';
import { bedSchema, districtSchema, homeSchema, providerSchema, residentSchema } from '../../../domain/home.ts';
import { contactSchema, personSchema, rosterSchema } from '../../../domain/people.ts';
import { policySchema } from '../../../domain/policy.ts';
import type { AccessRole } from '../../../domain/scope.ts';
import type { RecordName } from '../../store/schema.ts';
import type { Permission } from '../permissions.ts';
import type { ScopedBy } from '../scoped.ts';

/** Another record that this one stands under or points to, by a column of its table. */
export interface Parent {
  readonly record: Extract<RecordName, ScopedBy>;
  readonly column: string;
}

/** One kind of record: all that the routes, the import and the command line need to know of it. */
export interface RecordDefinition {
  readonly record: RecordName;
  /** Its place under /api. */
  readonly path: string;
  readonly schema: z.ZodType<{ id: string }>;
  /** How it lies in a scope; null: it belongs to no home and everybody reads it. */
  readonly scope: { readonly by: ScopedBy; readonly column: string } | null;
  /** What it points to: each is a filter of the list, and must lie inside the caller's scope when it is written. */
  readonly parents: readonly Parent[];
  /** Holds a name, an address, a phone or health: views are audited. */
  readonly personal: boolean;
  readonly read: Permission;
  readonly write: Permission;
  /** Whether `q` searches its name. */
  readonly named: boolean;
  /** Fields that only these roles see; others get them empty. */
  readonly withheld?: { readonly fields: readonly string[]; readonly seenBy: readonly AccessRole[] };
}

const define = (definition: Omit<RecordDefinition, 'read' | 'write' | 'schema'> & { readonly schema: z.ZodType }): RecordDefinition => ({
  ...definition,
  schema: definition.schema as z.ZodType<{ id: string }>,
  read: `${definition.record}.read`,
  write: `${definition.record}.write`,
});

/** Every kind of record, parents before children. */
export const recordDefinitions: readonly RecordDefinition[] = [
  define({
    record: 'district',
    path: 'districts',
    schema: districtSchema,
    scope: { by: 'district', column: 'r.id' },
    parents: [],
    personal: false,
    named: true,
  }),
  define({
    record: 'provider',
    path: 'providers',
    schema: providerSchema,
    scope: { by: 'provider', column: 'r.id' },
    parents: [{ record: 'district', column: 'district' }],
    personal: false,
    named: true,
  }),
  define({
    record: 'home',
    path: 'homes',
    schema: homeSchema,
    scope: { by: 'home', column: 'r.id' },
    parents: [{ record: 'provider', column: 'provider' }],
    personal: true,
    named: true,
    withheld: { fields: ['access', 'phone'], seenBy: ['administrator', 'supervisor', 'operator'] },
  }),
  define({
    record: 'bed',
    path: 'beds',
    schema: bedSchema,
    scope: { by: 'home', column: 'r.home' },
    parents: [{ record: 'home', column: 'home' }],
    personal: false,
    named: true,
  }),
  define({
    record: 'profile',
    path: 'profiles',
    schema: careProfileSchema,
    scope: null,
    parents: [],
    personal: false,
    named: true,
  }),
  define({
    record: 'resident',
    path: 'residents',
    schema: residentSchema,
    scope: { by: 'bed', column: 'r.bed' },
    parents: [{ record: 'bed', column: 'bed' }],
    personal: true,
    named: true,
  }),
  define({
    record: 'device',
    path: 'devices',
    schema: deviceSchema,
    scope: { by: 'home', column: 'r.home' },
    parents: [
      { record: 'home', column: 'home' },
      { record: 'bed', column: 'bed' },
      { record: 'device', column: 'hub' },
    ],
    personal: false,
    named: false,
  }),
  define({
    record: 'person',
    path: 'people',
    schema: personSchema,
    scope: { by: 'person', column: 'r.id' },
    parents: [],
    personal: true,
    named: true,
  }),
  define({
    record: 'contact',
    path: 'contacts',
    schema: contactSchema,
    scope: { by: 'home', column: 'r.home' },
    parents: [
      { record: 'home', column: 'home' },
      { record: 'person', column: 'person' },
    ],
    personal: true,
    named: false,
  }),
  define({ record: 'roster', path: 'rosters', schema: rosterSchema, scope: null, parents: [], personal: false, named: true }),
  define({ record: 'policy', path: 'policies', schema: policySchema, scope: null, parents: [], personal: false, named: true }),
];

/** The definition of a kind of record. */
export const definitionOf = (record: RecordName): RecordDefinition => {
  const found = recordDefinitions.find((definition) => definition.record === record);
  if (found === undefined) throw new RangeError(`no definition of ${record}`);
  return found;
};
