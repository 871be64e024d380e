import type { AccessRole } from '../../domain/scope.ts';

const everyone = ['administrator', 'supervisor', 'operator', 'installer', 'viewer'] as const;
const desk = ['administrator', 'supervisor', 'operator'] as const;
const field = ['administrator', 'supervisor', 'operator', 'installer'] as const;
const leads = ['administrator', 'supervisor'] as const;
const pairing = ['administrator', 'supervisor', 'installer'] as const;
const administrator = ['administrator'] as const;

/**
 * Who may do what. Every route names one of these, and is refused at start if it does not.
 *
 * Residents and people hold health data, names and phones: they are for those who answer calls. Installers pair devices and need homes,
 * beds and devices; viewers look on. What belongs to no home (rosters, policies, profiles) is changed by those alone whose scope is
 * everything, because it touches everybody's escalation (see {@link sharedWrites}).
 */
export const permissions = {
  'district.read': everyone,
  'district.write': administrator,
  'provider.read': everyone,
  'provider.write': administrator,
  'home.read': everyone,
  'home.write': leads,
  'bed.read': everyone,
  'bed.write': pairing,
  'resident.read': desk,
  'resident.write': leads,
  'resident-state.write': field,
  'device.read': everyone,
  'device.write': pairing,
  'person.read': desk,
  'person.write': leads,
  'contact.read': desk,
  'contact.write': leads,
  'roster.read': desk,
  'roster.write': leads,
  'policy.read': everyone,
  'policy.write': leads,
  'profile.read': everyone,
  'profile.write': leads,
  'records.import': leads,
  'alarm.read': everyone,
  'alarm.act': desk,
  'telemetry.read': everyone,
  'replay.run': desk,
  'why.read': field,
  'shadow.read': desk,
  'rejection.read': pairing,
  'audit.read': leads,
  'token.read': administrator,
  'token.write': administrator,
  'backup.write': administrator,
  'metrics.read': everyone,
  'self.read': everyone,
} as const satisfies Record<string, readonly AccessRole[]>;

export type Permission = keyof typeof permissions;

/** Permissions that also need the scope `all`. */
export const sharedWrites: readonly Permission[] = ['roster.write', 'policy.write', 'profile.write', 'token.write', 'backup.write'];

export const mayDo = (role: AccessRole, permission: Permission): boolean =>
  (permissions[permission] as readonly AccessRole[]).includes(role);
