import type { PersonRole } from '../../../domain/people.ts';

/** Receivers who may be told the same things share an audience. */
export const audiences = ['staff', 'family', 'neighbour', 'maintainer', 'system'] as const;
export type Audience = (typeof audiences)[number];

const audienceByRole: Readonly<Record<PersonRole, Audience>> = {
  operator: 'staff',
  supervisor: 'staff',
  responder: 'staff',
  family: 'family',
  neighbour: 'neighbour',
  maintainer: 'maintainer',
  system: 'system',
};

export const audienceOf = (role: PersonRole): Audience => audienceByRole[role];
